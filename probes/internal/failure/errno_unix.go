//go:build unix

package failure

import (
	"syscall"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// errnos gives the word of every system error that speaks of the network, and none to what the machine has too little
// of, lest a step be blamed for it. A machine without an address of a family is a machine without a route.
func errnos() map[syscall.Errno]measurement.Failure {
	return map[syscall.Errno]measurement.Failure{
		syscall.ECONNABORTED:  measurement.FailureConnectionAborted,
		syscall.ECONNREFUSED:  measurement.FailureConnectionRefused,
		syscall.ECONNRESET:    measurement.FailureConnectionReset,
		syscall.EPIPE:         measurement.FailureConnectionReset,
		syscall.ETIMEDOUT:     measurement.FailureTimeout,
		syscall.EHOSTUNREACH:  measurement.FailureHostUnreachable,
		syscall.EHOSTDOWN:     measurement.FailureHostUnreachable,
		syscall.ENETDOWN:      measurement.FailureNetworkDown,
		syscall.ENETUNREACH:   measurement.FailureNetworkUnreach,
		syscall.EADDRNOTAVAIL: measurement.FailureNetworkUnreach,
		syscall.EAFNOSUPPORT:  measurement.FailureNetworkUnreach,
		syscall.EACCES:        measurement.FailurePermissionDenied,
		syscall.EPERM:         measurement.FailurePermissionDenied,
		syscall.EMFILE:        measurement.FailureUnknown,
		syscall.ENFILE:        measurement.FailureUnknown,
		syscall.ENOBUFS:       measurement.FailureUnknown,
		syscall.ENOMEM:        measurement.FailureUnknown,
	}
}
