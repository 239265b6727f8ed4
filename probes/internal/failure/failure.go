// Package failure turns Go's errors into the words of measurement.Failure.
//
// It is the only place in the probe that knows what Go's network errors look like. Nothing of an error's
// text ever passes through it, because Go prints the machine's own address there. An error that it does
// not recognize gets the general word of the step that failed.
package failure

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/lamplight-net/lamplight/probes/internal/guard"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// Step is the part of a check that failed.
type Step int

// The steps, in the order in which a check takes them.
const (
	Resolve Step = iota
	Connect
	Handshake
	Exchange
)

// Of returns the word for what made step fail; none for a nil error.
func Of(step Step, err error) measurement.Failure {
	if err == nil {
		return ""
	}
	for _, recognize := range []func(error) measurement.Failure{ofGuard, ofCertificate, ofErrno, ofWait, ofResolver, ofEnd} {
		if word := recognize(err); word != "" {
			return word
		}
	}
	switch step {
	case Resolve:
		return measurement.FailureDNSServfail
	case Handshake:
		return measurement.FailureTLSFailedHandshake
	case Exchange:
		return measurement.FailureHTTPMalformed
	default:
		return measurement.FailureUnknown
	}
}

func ofGuard(err error) measurement.Failure {
	if errors.Is(err, guard.ErrRefused) {
		return measurement.FailureGuarded
	}
	return ""
}

func ofCertificate(err error) measurement.Failure {
	switch ofX509(err).(type) {
	case x509.SystemRootsError:
		return measurement.FailureUnknown // this machine has no authorities to ask: nobody else's fault
	case x509.HostnameError:
		return measurement.FailureTLSInvalidHostname
	case x509.UnknownAuthorityError:
		return measurement.FailureTLSUnknownAuth
	case x509.CertificateInvalidError:
		return measurement.FailureTLSInvalidCert
	}
	if unreadable(err) {
		return measurement.FailureTLSInvalidCert
	}
	return ""
}

// ofX509 returns the error among those that err wraps that says what is wrong with a certificate; nil when none does.
// errors.AsType would be a kilobyte of the program for each type of them.
func ofX509(err error) any {
	for ; err != nil; err = errors.Unwrap(err) {
		switch any(err).(type) {
		case x509.SystemRootsError, x509.HostnameError, x509.UnknownAuthorityError, x509.CertificateInvalidError:
			return err
		}
	}
	return nil
}

func ofErrno(err error) measurement.Failure {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errnos()[errno]
	}
	return ""
}

func ofWait(err error) measurement.Failure {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return measurement.FailureTimeout
	}
	if wait, ok := errors.AsType[net.Error](err); ok && wait.Timeout() {
		return measurement.FailureTimeout
	}
	return ""
}

// ofResolver reads what net.Resolver says. It keeps the error of the socket as text only, so the text's
// end is compared with what the system calls its errors.
func ofResolver(err error) measurement.Failure {
	dns, ok := errors.AsType[*net.DNSError](err)
	if !ok {
		return ""
	}
	if dns.IsNotFound {
		return measurement.FailureDNSNXDOMAIN
	}
	for errno, word := range errnos() {
		if strings.HasSuffix(dns.Err, ": "+errno.Error()) {
			return word
		}
	}
	if dns.Err == "no answer from DNS server" {
		return measurement.FailureDNSNoAnswer
	}
	return measurement.FailureDNSServfail
}

// ofEnd knows three ends of a stream. The third has no name outside net/http: the server hung up before the
// request was written.
func ofEnd(err error) measurement.Failure {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || strings.HasSuffix(err.Error(), "http: server closed idle connection") {
		return measurement.FailureEOF
	}
	return ""
}
