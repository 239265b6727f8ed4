package failure

import (
	"github.com/miekg/dns"

	"github.com/lamplight-net/lamplight/probes/measurement"
)

// OfRcode returns the word for a DNS response code (RFC 1035 section 4.1.1); none for NOERROR.
func OfRcode(rcode int) measurement.Failure {
	switch rcode {
	case dns.RcodeSuccess:
		return ""
	case dns.RcodeNameError:
		return measurement.FailureDNSNXDOMAIN
	case dns.RcodeServerFailure:
		return measurement.FailureDNSServfailCode
	case dns.RcodeRefused:
		return measurement.FailureDNSRefused
	}
	return measurement.FailureDNSServfail
}
