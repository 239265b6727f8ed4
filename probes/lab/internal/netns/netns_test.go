//go:build linux

package netns

import (
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/deploy/machinetest"
)

// two hosts, joined by a program that copies packets.
func TestLinkCarriesWhatAHostSends(t *testing.T) {
	if !machinetest.Apart(t) { // where nobody need be root
		return
	}
	var hosts [2]*Namespace
	var links [2]*os.File
	for i, address := range []string{"198.18.0.1", "198.18.0.2"} {
		host, err := New()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { host.Close() })
		link, err := host.Link("out")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { link.Close() })
		if err := host.Do(func() error { return IP("addr add " + address + "/24 dev out") }); err != nil {
			t.Fatal(err)
		}
		hosts[i], links[i] = host, link
	}
	for i := range links {
		go func() {
			packet := make([]byte, 1<<16)
			for {
				n, err := links[i].Read(packet)
				if err != nil {
					return
				}
				if _, err := links[1-i].Write(packet[:n]); err != nil {
					return
				}
			}
		}()
	}
	var server net.Listener
	err := hosts[1].Do(func() (err error) {
		server, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "198.18.0.2:80")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	go func() {
		conn, err := server.Accept()
		if err == nil {
			_, _ = conn.Write([]byte("hello"))
			conn.Close()
		}
	}()
	var got []byte
	err = hosts[0].Do(func() error {
		conn, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(t.Context(), "tcp", "198.18.0.2:80")
		if err != nil {
			return err
		}
		defer conn.Close()
		got, err = io.ReadAll(conn)
		return err
	})
	if err != nil || string(got) != "hello" {
		t.Errorf("read %q, %v", got, err)
	}
}
