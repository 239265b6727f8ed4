package failure

import "github.com/lamplight-net/lamplight/probes/measurement"

// OfFlaw returns the word for a question that got nothing but a flawed answer; none for no flaw. OONI has no
// words for most flaws: these are the nearest, and the flaw itself stands beside them in the record.
func OfFlaw(flaw measurement.Flaw) measurement.Failure {
	switch flaw {
	case "":
		return ""
	case measurement.FlawWrongID, measurement.FlawWrongQuestion:
		return measurement.FailureDNSReplyWrongID
	case measurement.FlawTruncated:
		return measurement.FailureDNSTemporary
	case measurement.FlawLame:
		return measurement.FailureDNSNoAnswer
	default: // malformed
		return measurement.FailureDNSServfail
	}
}
