package upload

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/miekg/dns"
)

// DefaultDoH are servers of DNS over HTTPS (RFC 8484), by address, so that none of their names has to be resolved.
func DefaultDoH() []string {
	return []string{"https://1.1.1.1/dns-query", "https://8.8.8.8/dns-query", "https://9.9.9.9/dns-query"}
}

// lookupTime bounds a question to one server.
const lookupTime = 10 * time.Second

var errLookup = errors.New("no DNS server gave an address of the gateway")

// byDoH returns a dialer that asks DNS servers over HTTPS where the gateway is. The servers are believed because
// of their certificates, and a wrong address does no harm: who answers there must have the gateway's certificate.
func byDoH(servers []string, roots *x509.CertPool, dial dialer) dialer {
	client := &http.Client{
		Timeout:       lookupTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
			DisableKeepAlives: true, MaxResponseHeaderBytes: maxHeaderBytes,
		},
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		err = errLookup
		for _, server := range servers {
			for _, kind := range []uint16{dns.TypeA, dns.TypeAAAA} {
				found, askErr := askDoH(ctx, client, server, host, kind)
				if askErr != nil {
					err = askErr
					break // the next server
				}
				for _, ip := range found {
					conn, dialErr := dial(ctx, network, net.JoinHostPort(ip.String(), port))
					if dialErr == nil {
						return conn, nil
					}
					err = dialErr
				}
			}
			if ctx.Err() != nil {
				break
			}
		}
		return nil, err
	}
}

func askDoH(ctx context.Context, client *http.Client, server, host string, kind uint16) ([]netip.Addr, error) {
	question := new(dns.Msg).SetQuestion(dns.Fqdn(host), kind)
	question.Id = 0 // RFC 8484, section 4.1
	question.SetEdns0(1232, false)
	packed, err := question.Pack()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, server, bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/dns-message")
	request.Header.Set("Accept", "application/dns-message")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswerBytes))
	if err != nil || response.StatusCode != http.StatusOK {
		return nil, errors.Join(errLookup, err)
	}
	return readDoH(body)
}

// maxAddresses bounds how many addresses of a gateway are tried.
const maxAddresses = 4

func readDoH(body []byte) ([]netip.Addr, error) {
	var answer dns.Msg
	if err := answer.Unpack(body); err != nil || answer.Rcode != dns.RcodeSuccess {
		return nil, errLookup
	}
	var out []netip.Addr
	for _, record := range answer.Answer {
		var ip net.IP
		switch r := record.(type) {
		case *dns.A:
			ip = r.A
		case *dns.AAAA:
			ip = r.AAAA
		}
		if address, ok := netip.AddrFromSlice(ip); ok && len(out) < maxAddresses {
			out = append(out, address.Unmap())
		}
	}
	return out, nil
}
