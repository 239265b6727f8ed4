// Package loopback chooses the ports of services that only this machine may reach. It opens none of them
// for longer than the choice takes.
package loopback

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// Attempts is how often a service should choose again when others took its ports first.
const Attempts = 5

// Address returns the loopback address of port.
func Address(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// Choose returns n ports of 127.0.0.1 that nobody listens on: those that the file remembers if all of them
// are free, so that a restart keeps its addresses, else any. They can be taken before the caller listens on
// them; it must then choose again.
func Choose(file string, n int) ([]int, error) {
	if remembered := recall(file, n); remembered != nil {
		if ports, err := try(remembered); err == nil {
			return ports, nil
		}
	}
	return Any(n)
}

// Any returns n ports of 127.0.0.1 that nobody listens on.
func Any(n int) ([]int, error) {
	ports, err := try(make([]int, n)) // port 0: any
	if err != nil {
		return nil, fmt.Errorf("find a free port on 127.0.0.1: %w", err)
	}
	return ports, nil
}

// Remember writes ports for the next Choose with the same file.
func Remember(file string, ports []int) error {
	return os.WriteFile(file, fmt.Appendln(nil, strings.Trim(fmt.Sprint(ports), "[]")), 0o600)
}

// recall returns the n ports in file, or nil when it does not hold exactly these.
func recall(file string, n int) []int {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	var ports []int
	for field := range strings.FieldsSeq(string(text)) {
		port, err := strconv.ParseUint(field, 10, 16)
		if err != nil || port == 0 {
			return nil
		}
		ports = append(ports, int(port))
	}
	if len(ports) != n {
		return nil
	}
	return ports
}

// try listens on all ports at once, so that none is given twice, and lets go of them.
func try(ports []int) ([]int, error) {
	out := make([]int, len(ports))
	for i, port := range ports {
		listener, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
		if err != nil {
			return nil, err
		}
		defer func() { _ = listener.Close() }()
		out[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return out, nil
}
