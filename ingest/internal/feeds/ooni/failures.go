package ooni

import (
	"slices"
	"strings"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// older are words that OONI's programs have had for what its vocabulary (df-007) calls otherwise, among them those of
// test helpers and of Android.
var older = map[string]measurement.Failure{
	"android_dns_cache_no_data":    measurement.FailureDNSNoAnswer,
	"dns_name_error":               measurement.FailureDNSNXDOMAIN,
	"dns_lookup_error":             measurement.FailureDNSServfail,
	"dns_server_failure":           measurement.FailureDNSServfailCode,
	"connection_refused_error":     measurement.FailureConnectionRefused,
	"connection_reset_error":       measurement.FailureConnectionReset,
	"tcp_timed_out_error":          measurement.FailureTimeout,
	"timeout_error":                measurement.FailureTimeout,
	"timed_out":                    measurement.FailureTimeout,
	"deferred_timeout_error":       measurement.FailureTimeout,
	"response_never_received":      measurement.FailureEOF,
	"connection_already_closed":    measurement.FailureEOF,
	"network_unreachable_error":    measurement.FailureNetworkUnreach,
	"host_unreachable_error":       measurement.FailureHostUnreachable,
	"ssl_error":                    measurement.FailureTLSFailedHandshake,
	"http_invalid_redirect_url":    measurement.FailureHTTPInvalidRedirect,
	"http_request_error":           measurement.FailureHTTPMalformed,
	"http_unexpected_redirect_url": measurement.FailureHTTPInvalidRedirect,
	"http_unexpected_status_code":  measurement.FailureHTTPMalformed,
	"http_max_redirects":           measurement.FailureHTTPTooManyRedirect,
}

// spelledOut are parts of texts that stand where no word was found, and what they mean. The texts are not kept.
var spelledOut = []struct {
	part string
	word measurement.Failure
}{
	{"too many redirects", measurement.FailureHTTPTooManyRedirect},
	{"stopped after", measurement.FailureHTTPTooManyRedirect},
	{"connection reset by peer", measurement.FailureConnectionReset},
	{"forcibly closed", measurement.FailureConnectionReset},
	{"connection refused", measurement.FailureConnectionRefused},
	{"actively refused", measurement.FailureConnectionRefused},
	{"no such host", measurement.FailureDNSNXDOMAIN},
	{"network is unreachable", measurement.FailureNetworkUnreach},
	{"unreachable network", measurement.FailureNetworkUnreach},
	{"no route to host", measurement.FailureHostUnreachable},
	{"unreachable host", measurement.FailureHostUnreachable},
	{"i/o timeout", measurement.FailureTimeout},
	{"deadline exceeded", measurement.FailureTimeout},
	{"timed out", measurement.FailureTimeout},
	{"x509: certificate is valid for", measurement.FailureTLSInvalidHostname},
	{"x509: certificate signed by unknown authority", measurement.FailureTLSUnknownAuth},
	{"x509:", measurement.FailureTLSInvalidCert},
	{"tls:", measurement.FailureTLSFailedHandshake},
	{"malformed http", measurement.FailureHTTPMalformed},
	{"http:", measurement.FailureHTTPMalformed},
	{"http2:", measurement.FailureHTTPMalformed},
	{"eof", measurement.FailureEOF},
}

// word returns the word of this project's vocabulary for one of OONI's; none for none.
func word(given text) measurement.Failure {
	if given == "" {
		return ""
	}
	if known := measurement.Failure(given); slices.Contains(measurement.Failures(), known) {
		return known
	}
	if known, ok := older[string(given)]; ok {
		return known
	}
	lower := strings.ToLower(string(given[:min(len(given), 1000)]))
	for _, s := range spelledOut {
		if strings.Contains(lower, s.part) {
			return s.word
		}
	}
	return measurement.FailureUnknown
}
