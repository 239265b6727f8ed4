package measurement

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Limits of what a list may ask. Every probe of a country looks at all of it.
const (
	MaxTargets = 1000
	MaxAnchors = 8 // of one kind
	// MaxPerHost is how many targets one host may have. The longest series in published test lists has 14.
	MaxPerHost = 20
	// MaxPerDomain is how many targets the names below one registrable domain may have together, for who builds lists and hands
	// them out: probes carry no list of public suffixes. Published lists of the world and one country have 31 of wikipedia.org.
	MaxPerDomain = 40
)

// Asked is what a list asks probes to look at. Who makes a list, hands it out or takes it holds it to the same.
type Asked struct {
	Targets  []string
	Domestic map[string][]string // anchors, by country
	Foreign  []string            // anchors
}

// Check says what of it no list may ask, with the number of the target or anchor, counted from 1.
func (a Asked) Check() error {
	if len(a.Targets) == 0 {
		return errors.New("it has no targets: add some")
	}
	if err := bounded("target", a.Targets, MaxTargets, make(map[string]int), MaxPerHost); err != nil {
		return err
	}
	// Every probe asks each anchor every minute, and a second one of a host says nothing that the first does not.
	foreign := make(map[string]int)
	if err := bounded("foreign anchor", a.Foreign, MaxAnchors, foreign, 1); err != nil {
		return err
	}
	var countries []string
	for country := range a.Domestic {
		countries = append(countries, country)
	}
	slices.Sort(countries)
	for _, country := range countries {
		if err := bounded(country+" anchor", a.Domestic[country], MaxAnchors, maps.Clone(foreign), 1); err != nil {
			return err
		}
	}
	return nil
}

// bounded says what is wrong with URLs of one kind, of which there are at most so many, and of each host with what is counted
// of it already.
func bounded(what string, urls []string, most int, hosts map[string]int, each int) error {
	if len(urls) > most {
		return fmt.Errorf("%s: %d given, at most %d: leave some out", what, len(urls), most)
	}
	for n, text := range urls {
		host, err := listed(text)
		if hosts[host]++; err == nil && hosts[host] > each {
			err = fmt.Errorf("%q is one of more than %d of %s: all probes together would press on it, so leave some out", text, each, host)
		}
		if err != nil {
			return fmt.Errorf("%s %d: %w", what, n+1, err)
		}
	}
	return nil
}

// CheckListed says why a list may not name a URL: a guard would refuse it every time, or it is none of the web.
func CheckListed(text string) error {
	_, err := listed(text)
	return err
}

// listed returns the host of a URL that a list may name, in small letters.
func listed(text string) (string, error) {
	if err := CheckURL(text); err != nil {
		return "", err
	}
	u, _ := url.Parse(text)
	host := strings.ToLower(u.Hostname())
	switch port := u.Port(); {
	case Inside(host):
		return "", fmt.Errorf("%q is inside of networks: leave it out", text)
	case port != "" && port != "80" && port != "443":
		return "", fmt.Errorf("%q is on port %s: a list names ports 80 and 443 alone, so leave it out", text, port)
	}
	return host, nil
}
