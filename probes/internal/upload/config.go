package upload

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
)

// MaxGateways bounds how many addresses are tried.
const MaxGateways = 8

// Config says where a gateway is and how to get there.
type Config struct {
	// Gateways are base URLs of one and the same gateway: https, or http on a loopback address.
	Gateways []string
	// Proxy is a SOCKS5 proxy, as "127.0.0.1:9050" or "socks5://127.0.0.1:9050"; empty means none.
	Proxy string
	// DoH are URLs of DNS servers, by address, that are asked when the machine's own resolver does not help; nil means
	// none.
	DoH   []string
	Guard *guard.Guard
	Roots *x509.CertPool
	// Exchange bounds one exchange, in machine time.
	Exchange time.Duration
	// Class is the class of network that experience is kept for.
	Class string
}

func parseGateway(base string) (*url.URL, error) {
	u, err := guard.Server("gateway", base)
	if err != nil {
		return nil, err
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	return u, nil
}

func parseProxy(text string) (string, error) {
	address := strings.TrimPrefix(text, "socks5://")
	host, port, err := net.SplitHostPort(address)
	if n, portErr := strconv.ParseUint(port, 10, 16); err != nil || portErr != nil || n == 0 || host == "" || strings.ContainsAny(host, "/@") {
		// What was given is not repeated: a password may stand in it.
		return "", errors.New("the proxy is not given as a SOCKS5 proxy's address without a password, such as socks5://127.0.0.1:9050; names are looked up beyond it")
	}
	return address, nil
}

func checkDoH(server string) error {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" || u.User != nil {
		return fmt.Errorf("DNS server %q is not a URL such as https://1.1.1.1/dns-query", server)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err != nil {
		return fmt.Errorf("DNS server %q must be given by its address: its name would have to be resolved first", server)
	}
	return nil
}
