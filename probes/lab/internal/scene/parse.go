package scene

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// MaxBytes bounds a scene's text.
const MaxBytes = 64 << 10

// directives are the words that a line may begin with.
var directives = map[string]func(s *Scene, args []string) error{
	"about": func(s *Scene, args []string) error {
		s.About = strings.Join(args, " ")
		return nil
	},
	"network": func(s *Scene, args []string) error {
		if len(args) != 1 || args[0] != "fixed" && args[0] != "mobile" {
			return errors.New("network is fixed or mobile")
		}
		s.Network = args[0]
		return nil
	},
	"home": func(s *Scene, args []string) error {
		for _, a := range args {
			switch a {
			case "no-ipv6":
				s.NoIPv6 = true
			case "offline":
				s.Offline = true
			default:
				return fmt.Errorf("home is no-ipv6 or offline, not %q", a)
			}
		}
		return nil
	},
	"site":   parseSite,
	"answer": parseAnswer,
	"censor": func(s *Scene, args []string) error {
		rule, err := parseRule(args)
		s.Censor = append(s.Censor, rule)
		return err
	},
	"look": func(s *Scene, args []string) error {
		if len(args) != 1 {
			return errors.New("look takes one URL")
		}
		s.Look = args[0]
		return measurement.CheckURL(s.Look)
	},
	"record":   func(s *Scene, args []string) error { return parsePattern(s, args, false) },
	"norecord": func(s *Scene, args []string) error { return parsePattern(s, args, true) },
	"verdict": func(s *Scene, args []string) error {
		if len(args) < 1 {
			return errors.New("verdict takes a class, and how where that is blocked")
		}
		s.Want.Class, s.Want.How = args[0], args[1:]
		return nil
	},
	"rules": func(s *Scene, args []string) error {
		s.Want.Rules = append(s.Want.Rules, args...)
		return nil
	},
}

// Parse reads a scene: a directive a line, words in quotes may hold spaces, # begins a comment.
func Parse(text []byte) (Scene, error) {
	if len(text) > MaxBytes {
		return Scene{}, fmt.Errorf("scene is longer than %d bytes", MaxBytes)
	}
	s := Scene{Network: "fixed"}
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, MaxBytes+1)
	for number := 1; lines.Scan(); number++ {
		args, err := words(lines.Text())
		if err == nil && len(args) > 0 {
			if do, ok := directives[args[0]]; !ok {
				err = fmt.Errorf("%q is no directive: a line begins with about, network, home, site, answer, censor, look, record, norecord, verdict or rules", args[0])
			} else if err = do(&s, args[1:]); err == nil && len(s.Want.Records) > 0 {
				if last := &s.Want.Records[len(s.Want.Records)-1]; last.Line == 0 {
					last.Line = number
				}
			}
		}
		if err != nil {
			return Scene{}, fmt.Errorf("line %d: %w", number, err)
		}
	}
	switch {
	case s.Look == "":
		return Scene{}, errors.New("scene looks at nothing: it needs a line with look and a URL")
	case s.Want.Class == "":
		return Scene{}, errors.New("scene expects nothing: it needs a line with verdict and a class")
	}
	return s, lines.Err()
}

// words cuts a line at spaces outside quotes.
func words(line string) ([]string, error) {
	var out []string
	word, quoted, started := "", false, false
	for _, c := range line {
		switch {
		case c == '"':
			quoted, started = !quoted, true
		case c == '#' && !quoted && !started:
			return out, nil
		case (c == ' ' || c == '\t') && !quoted:
			if started {
				out = append(out, word)
			}
			word, started = "", false
		default:
			word, started = word+string(c), true
		}
	}
	if quoted {
		return nil, errors.New("a quote is open")
	}
	if started {
		out = append(out, word)
	}
	return out, nil
}

func parseSite(s *Scene, args []string) (err error) {
	if len(args) < 2 || !measurement.Host(args[0]) {
		return errors.New("site takes a name, its addresses, and what is special about it")
	}
	site := Site{Name: args[0], Title: args[0], Cert: "good", Bytes: 600, Status: 200}
	if site.Addresses, err = addresses(args[1]); err != nil {
		return err
	}
	for _, a := range args[2:] {
		key, value, _ := strings.Cut(a, "=")
		switch key {
		case "plain":
			site.Plain = true
		case "http3":
			site.HTTP3 = true
		case "down":
			site.Down = true
		case "silent":
			site.Silent = true
		case "title":
			site.Title = value
		case "redirect":
			site.Redirect = value
		case "page":
			site.Page = value
		case "bytes":
			site.Bytes, err = number(value, 1<<20)
		case "rate":
			site.Rate, err = number(value, 1<<30)
		case "status":
			site.Status, err = number(value, 599)
		case "cert":
			if !slices.Contains([]string{"good", "expired", "wrong-host", "self-signed"}, value) {
				err = fmt.Errorf("cert is good, expired, wrong-host or self-signed, not %q", value)
			}
			site.Cert = value
		default:
			err = fmt.Errorf("a site is not %q", key)
		}
		if err != nil {
			return err
		}
	}
	s.Sites = append(s.Sites, site)
	return nil
}

func parseAnswer(s *Scene, args []string) (err error) {
	if len(args) != 3 || !slices.Contains([]string{"isp", "public", "all"}, args[0]) {
		return errors.New("answer takes isp, public or all, a name, and addresses or nxdomain, servfail, refused, empty, silent")
	}
	a := Answer{Name: args[1]}
	if args[0] != "all" {
		a.Resolver = args[0]
	}
	switch args[2] {
	case "silent":
		a.Silent = true
	case "empty":
	default:
		if rcode, ok := rcodes[args[2]]; ok {
			a.Rcode = rcode
		} else if a.Addresses, err = addresses(args[2]); err != nil {
			return err
		}
	}
	s.Answers = append(s.Answers, a)
	return nil
}

var rcodes = map[string]int{"nxdomain": dns.RcodeNameError, "servfail": dns.RcodeServerFailure, "refused": dns.RcodeRefused}

func parsePattern(s *Scene, args []string, not bool) error {
	if len(args) == 0 || !slices.Contains(measurement.Kinds(), measurement.Kind(args[0])) {
		return fmt.Errorf("a pattern begins with the kind of a record: %v", measurement.Kinds())
	}
	p := Pattern{Not: not, Kind: measurement.Kind(args[0]), Fields: make(map[string]string)}
	for _, a := range args[1:] {
		key, value, ok := strings.Cut(a, "=")
		if !ok {
			return fmt.Errorf("%q is not a field and its value, as failure=connection_reset", a)
		}
		p.Fields[key] = value
	}
	s.Want.Records = append(s.Want.Records, p)
	return nil
}

func addresses(text string) ([]netip.Addr, error) {
	var out []netip.Addr
	for part := range strings.SplitSeq(text, ",") {
		a, err := netip.ParseAddr(part)
		if err != nil {
			return nil, fmt.Errorf("%q is not an address", part)
		}
		out = append(out, a)
	}
	return out, nil
}

func number(text string, most int) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%q is not a number from 1 to %d", text, most)
	}
	return n, nil
}
