package measurement

// Failure is a word of OONI's public failure vocabulary (data format df-007-errors), so that results
// compare across observatories. The empty word is success. The list is closed: what no word fits is
// FailureUnknown, never the text of an error, which can hold the volunteer's address.
type Failure string

// The failure vocabulary.
const (
	FailureDNSBogon        Failure = "dns_bogon_error"
	FailureDNSNoAnswer     Failure = "dns_no_answer"
	FailureDNSNonRecover   Failure = "dns_non_recoverable_failure"
	FailureDNSNXDOMAIN     Failure = "dns_nxdomain_error"
	FailureDNSRefused      Failure = "dns_refused_error"
	FailureDNSServfail     Failure = "dns_server_misbehaving"
	FailureDNSServfailCode Failure = "dns_servfail_error"
	FailureDNSTemporary    Failure = "dns_temporary_failure"
	FailureDNSReplyWrongID Failure = "dns_reply_with_wrong_query_id"

	FailureConnectionAborted Failure = "connection_aborted"
	FailureConnectionRefused Failure = "connection_refused"
	FailureConnectionReset   Failure = "connection_reset"
	FailureEOF               Failure = "eof_error"
	FailureTimeout           Failure = "generic_timeout_error"
	FailureHostUnreachable   Failure = "host_unreachable"
	FailureNetworkDown       Failure = "network_down"
	FailureNetworkUnreach    Failure = "network_unreachable"
	FailurePermissionDenied  Failure = "permission_denied"

	FailureTLSFailedHandshake Failure = "ssl_failed_handshake"
	FailureTLSInvalidCert     Failure = "ssl_invalid_certificate"
	FailureTLSInvalidHostname Failure = "ssl_invalid_hostname"
	FailureTLSUnknownAuth     Failure = "ssl_unknown_authority"

	FailureHTTPInvalidRedirect Failure = "http_invalid_redirect_location_host"
	FailureHTTPMalformed       Failure = "http_request_failed"
	FailureHTTPTooManyRedirect Failure = "http_too_many_redirects"

	// FailureGuarded is our own: the dial guard refused the address, so nothing was sent.
	FailureGuarded Failure = "address_not_allowed"
	FailureUnknown Failure = "unknown_failure"
)

// Failures lists the whole vocabulary, without the empty word.
func Failures() []Failure {
	return []Failure{
		FailureDNSBogon, FailureDNSNoAnswer, FailureDNSNonRecover, FailureDNSNXDOMAIN, FailureDNSRefused,
		FailureDNSServfail, FailureDNSServfailCode, FailureDNSTemporary, FailureDNSReplyWrongID,
		FailureConnectionAborted, FailureConnectionRefused, FailureConnectionReset, FailureEOF, FailureTimeout,
		FailureHostUnreachable, FailureNetworkDown, FailureNetworkUnreach, FailurePermissionDenied,
		FailureTLSFailedHandshake, FailureTLSInvalidCert, FailureTLSInvalidHostname, FailureTLSUnknownAuth,
		FailureHTTPInvalidRedirect, FailureHTTPMalformed, FailureHTTPTooManyRedirect,
		FailureGuarded, FailureUnknown,
	}
}
