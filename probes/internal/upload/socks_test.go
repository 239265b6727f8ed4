package upload

import (
	"bytes"
	"errors"
	"io"
	"testing"
)

// exchange is a proxy that says what it says whatever it is told.
type exchange struct {
	io.Reader
	said bytes.Buffer
}

func (e *exchange) Write(p []byte) (int, error) { return e.said.Write(p) }

func TestSOCKS(t *testing.T) {
	name, err := socksRequest("gateway.example:443")
	if err != nil {
		t.Fatal(err)
	}
	four, err := socksRequest("192.0.2.1:80")
	if err != nil {
		t.Fatal(err)
	}
	six, err := socksRequest("[2001:db8::1]:443")
	if err != nil {
		t.Fatal(err)
	}
	if want := append(append([]byte{5, 1, 0, 3, 15}, "gateway.example"...), 1, 0xbb); !bytes.Equal(name, want) {
		t.Errorf("name: %x", name)
	}
	if want := []byte{5, 1, 0, 1, 192, 0, 2, 1, 0, 80}; !bytes.Equal(four, want) {
		t.Errorf("IPv4: %x", four)
	}
	if len(six) != 22 || six[3] != 4 {
		t.Errorf("IPv6: %x", six)
	}
	for name, test := range map[string]struct {
		says string
		ok   bool
	}{
		"connects":            {"\x05\x00" + "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", true},
		"connects by a name":  {"\x05\x00" + "\x05\x00\x00\x03\x01x\x00\x00", true},
		"connects over IPv6":  {"\x05\x00" + "\x05\x00\x00\x04" + string(make([]byte, 18)), true},
		"wants a password":    {"\x05\x02", false},
		"is SOCKS4":           {"\x04\x00", false},
		"cannot reach it":     {"\x05\x00" + "\x05\x04\x00\x01\x00\x00\x00\x00\x00\x00", false},
		"knows another kind":  {"\x05\x00" + "\x05\x00\x00\x07\x00\x00", false},
		"hangs up in between": {"\x05\x00" + "\x05\x00\x00\x01\x00", false},
		"is a web server":     {"HTTP/1.1 400 Bad Request\r\n", false},
	} {
		const next = "the gateway's"
		proxy := &exchange{Reader: bytes.NewReader([]byte(test.says + next))}
		if !test.ok {
			proxy.Reader = bytes.NewReader([]byte(test.says))
		}
		err := shakeSOCKS(proxy, requestOf(t))
		if (err == nil) != test.ok {
			t.Errorf("a proxy that %s: %v", name, err)
		}
		if rest, _ := io.ReadAll(proxy.Reader); test.ok && string(rest) != next {
			t.Errorf("a proxy that %s: %q is left to read", name, rest)
		}
	}
}

func requestOf(t *testing.T) []byte {
	t.Helper()
	request, err := socksRequest("gateway.example:443")
	if err != nil {
		t.Fatal(err)
	}
	return request
}

func TestParseProxy(t *testing.T) {
	for text, want := range map[string]string{
		"127.0.0.1:9050": "127.0.0.1:9050", "socks5://127.0.0.1:9050": "127.0.0.1:9050", "socks5://[::1]:9050": "[::1]:9050", "tor:9050": "tor:9050",
		"http://x": "", "http://127.0.0.1:8080": "", "socks5h://127.0.0.1:9050": "", "127.0.0.1": "", "127.0.0.1:0": "", "127.0.0.1:http": "", ":9050": "",
		"user@127.0.0.1:9050": "", "socks5://127.0.0.1:9050/": "",
	} {
		got, err := parseProxy(text)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
}

// FuzzSOCKS gives whatever a proxy may say.
func FuzzSOCKS(f *testing.F) {
	f.Add([]byte("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00rest"))
	f.Add([]byte("\x05\x00\x00\x03\xffabc"))
	f.Add([]byte("\x05\x01\x00\x04"))
	f.Fuzz(func(t *testing.T, reply []byte) {
		r := bytes.NewReader(reply)
		if err := readSOCKS(r); err == nil && len(reply)-r.Len() < 7 {
			t.Errorf("%d bytes are a reply", len(reply)-r.Len())
		}
	})
}

// FuzzDoH gives whatever a DNS server may answer.
func FuzzDoH(f *testing.F) {
	f.Add([]byte("\x00\x00\x80\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04\xc0\x00\x02\x01"))
	f.Add(make([]byte, 12))
	f.Fuzz(func(t *testing.T, body []byte) {
		found, err := readDoH(body)
		if err != nil && !errors.Is(err, errLookup) || len(found) > maxAddresses {
			t.Errorf("%v, %v", found, err)
		}
		for _, address := range found {
			if !address.IsValid() {
				t.Errorf("no address: %v", address)
			}
		}
	})
}
