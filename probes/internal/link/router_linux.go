package link

import (
	"io"
	"os"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// maxTableBytes bounds what is read of a table of the kernel's.
const maxTableBytes = 64 << 10

func router() measurement.Router {
	routes, err := table("/proc/net/route")
	if err != nil {
		return ""
	}
	neighbors, err := table("/proc/net/arp")
	if err != nil {
		return ""
	}
	routes6, err := table("/proc/net/ipv6_route")
	if err != nil {
		routes6 = "" // a kernel without IPv6
	}
	return judge(routes, routes6, neighbors)
}

func table(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxTableBytes))
	return string(text), err
}
