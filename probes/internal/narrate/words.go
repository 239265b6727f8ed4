package narrate

import "github.com/lamplight-net/lamplight/probes/measurement"

// Words says a failure as one would to somebody who does not know the protocol.
func Words(f measurement.Failure) string {
	if words, ok := dictionary()[f]; ok {
		return words
	}
	return "something went wrong that this program has no word for"
}

func dictionary() map[measurement.Failure]string {
	return map[measurement.Failure]string{
		measurement.FailureDNSBogon:        "the name leads to addresses that are not on the public internet",
		measurement.FailureDNSNoAnswer:     "the name has no address",
		measurement.FailureDNSNonRecover:   "the resolver failed",
		measurement.FailureDNSNXDOMAIN:     "the resolver says that the name does not exist",
		measurement.FailureDNSRefused:      "the resolver refused to answer",
		measurement.FailureDNSServfail:     "the resolver gave an answer of no use",
		measurement.FailureDNSServfailCode: "the resolver could not find out",
		measurement.FailureDNSTemporary:    "the answer did not fit; a later look may bring it",
		measurement.FailureDNSReplyWrongID: "only answers to other questions arrived",

		measurement.FailureConnectionAborted: "the connection was broken off on this side",
		measurement.FailureConnectionRefused: "the connection was refused",
		measurement.FailureConnectionReset:   "the connection was cut",
		measurement.FailureEOF:               "the other side hung up too early",
		measurement.FailureTimeout:           "no answer came in time",
		measurement.FailureHostUnreachable:   "the network says that the host cannot be reached",
		measurement.FailureNetworkDown:       "this machine's network is down",
		measurement.FailureNetworkUnreach:    "this machine has no way to that network",
		measurement.FailurePermissionDenied:  "this machine does not allow it",

		measurement.FailureTLSFailedHandshake: "encryption could not be agreed on",
		measurement.FailureTLSInvalidCert:     "the certificate is out of date or not meant for this",
		measurement.FailureTLSInvalidHostname: "the certificate is for another name",
		measurement.FailureTLSUnknownAuth:     "the certificate is from somebody whom nobody vouches for",

		measurement.FailureHTTPInvalidRedirect: "the page leads to an address that makes no sense",
		measurement.FailureHTTPMalformed:       "the answer is not what a web server says",
		measurement.FailureHTTPTooManyRedirect: "the page leads in circles",

		measurement.FailureGuarded: "the address is not one that a probe may connect to",
		measurement.FailureUnknown: "something went wrong that this program has no word for",
	}
}

// flaws says what was wrong with answers.
func flaws() map[measurement.Flaw]string {
	return map[measurement.Flaw]string{
		measurement.FlawWrongID:       "answers came that nobody had asked for",
		measurement.FlawWrongQuestion: "an answer to another question came",
		measurement.FlawMalformed:     "something came that is no answer",
		measurement.FlawTruncated:     "the answer did not fit",
		measurement.FlawLame:          "the resolver does not answer such questions",
	}
}
