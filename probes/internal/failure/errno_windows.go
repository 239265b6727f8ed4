package failure

import (
	"syscall"

	"golang.org/x/sys/windows"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// errnos gives the word of every Windows Sockets error that speaks of the network, and none to what the machine has too
// little of, lest a step be blamed for it. A machine without an address of a family is a machine without a route.
func errnos() map[syscall.Errno]measurement.Failure {
	return map[syscall.Errno]measurement.Failure{
		windows.WSAECONNABORTED:  measurement.FailureConnectionAborted,
		windows.WSAECONNREFUSED:  measurement.FailureConnectionRefused,
		windows.WSAECONNRESET:    measurement.FailureConnectionReset,
		windows.WSAETIMEDOUT:     measurement.FailureTimeout,
		windows.WSAEHOSTUNREACH:  measurement.FailureHostUnreachable,
		windows.WSAEHOSTDOWN:     measurement.FailureHostUnreachable,
		windows.WSAENETDOWN:      measurement.FailureNetworkDown,
		windows.WSAENETUNREACH:   measurement.FailureNetworkUnreach,
		windows.WSAEADDRNOTAVAIL: measurement.FailureNetworkUnreach,
		windows.WSAEAFNOSUPPORT:  measurement.FailureNetworkUnreach,
		windows.WSAEACCES:        measurement.FailurePermissionDenied,
		windows.WSAEMFILE:        measurement.FailureUnknown,
		windows.WSAENOBUFS:       measurement.FailureUnknown,
	}
}
