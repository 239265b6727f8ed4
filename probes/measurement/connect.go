package measurement

import (
	"errors"
	"fmt"
	"net/netip"
)

// TCP is one connection attempt to one public address.
type TCP struct {
	Address netip.Addr `json:"address"`
}

// TLS is one handshake. The keys of the certificates are kept as hashes.
type TLS struct {
	Address netip.Addr `json:"address"`
	// ServerName is the name asked for (SNI). Decoy says that it is not the target's: after the target's name
	// failed, an innocuous one was sent to the same address, which tells blocking by name from blocking by address.
	ServerName string `json:"server_name"`
	Decoy      bool   `json:"decoy,omitempty"`
	Version    string `json:"version,omitempty"` // 1.0 ... 1.3; empty when no handshake finished
	// KeySHA256 is the SHA-256 of the leaf certificate's SubjectPublicKeyInfo, in lower-case hex; ChainSHA256
	// those of the certificates sent after it, in their order. They are empty unless the chain leads to an authority
	// that the public believes: no other machine may have the key of a router or of an antivirus program.
	KeySHA256   string   `json:"key_sha256,omitempty"`
	ChainSHA256 []string `json:"chain_sha256,omitempty"`
	// Certificate says what is wrong with the certificate; empty when nothing is, or none came. Without a failure
	// it is unknown_authority, of an authority that the probe's machine believes and the public does not, or the
	// handshake is a decoy's, which no certificate makes fail.
	Certificate CertificateFault `json:"certificate,omitempty"`
	// Alert is the number of the TLS alert that ended the handshake (RFC 8446, section 6); zero when none did.
	Alert uint8 `json:"alert,omitempty"`
}

// CertificateFault is why a certificate is not to be believed.
type CertificateFault string

// The certificate faults.
const (
	CertificateExpired     CertificateFault = "expired"
	CertificateNotYetValid CertificateFault = "not_yet_valid"
	CertificateWrongHost   CertificateFault = "wrong_host"
	CertificateSelfSigned  CertificateFault = "self_signed"
	CertificateUnknownRoot CertificateFault = "unknown_authority"
	CertificateMalformed   CertificateFault = "malformed"
	CertificateOther       CertificateFault = "other"
)

// CertificateFaults lists every certificate fault.
func CertificateFaults() []CertificateFault {
	return []CertificateFault{
		CertificateExpired, CertificateNotYetValid, CertificateWrongHost, CertificateSelfSigned, CertificateUnknownRoot,
		CertificateMalformed, CertificateOther,
	}
}

// QUIC is one handshake of HTTP/3 (RFC 9114).
type QUIC struct {
	Address    netip.Addr `json:"address"`
	ServerName string     `json:"server_name"`
	Version    string     `json:"version,omitempty"`    // 1, 2; empty when no handshake finished
	KeySHA256  string     `json:"key_sha256,omitempty"` // as of TLS
	Alert      uint8      `json:"alert,omitempty"`      // as of TLS, which QUIC carries as an error code (RFC 9001, section 4.8)
}

const maxChain = 4 // certificates after the leaf; public chains have one or two

func (t *TCP) validate() error { return writtenAddress(t.Address) }

func (t *TLS) validate() error {
	if err := writtenAddress(t.Address); err != nil {
		return err
	}
	if !Host(t.ServerName) {
		return errors.New("tls.server_name is not a host name")
	}
	if !known(t.Version, []string{"", "1.0", "1.1", "1.2", "1.3"}) {
		return errors.New("tls.version is not one of 1.0, 1.1, 1.2, 1.3")
	}
	if t.Certificate != "" && !known(t.Certificate, CertificateFaults()) {
		return errors.New("tls.certificate is not in the vocabulary")
	}
	if len(t.ChainSHA256) > maxChain {
		return fmt.Errorf("tls.chain_sha256 holds more than %d", maxChain)
	}
	for _, key := range t.ChainSHA256 {
		if key == "" {
			return errors.New("tls.chain_sha256 holds an empty hash")
		}
		if err := hexSHA256("tls.chain_sha256", key); err != nil {
			return err
		}
	}
	return hexSHA256("tls.key_sha256", t.KeySHA256)
}

func (q *QUIC) validate() error {
	if err := writtenAddress(q.Address); err != nil {
		return err
	}
	if !Host(q.ServerName) {
		return errors.New("quic.server_name is not a host name")
	}
	if !known(q.Version, []string{"", "1", "2"}) {
		return errors.New("quic.version is not one of 1, 2")
	}
	return hexSHA256("quic.key_sha256", q.KeySHA256)
}

// writtenAddress refuses what the record must not hold: a missing address, or one with a zone, which
// names a network interface of the volunteer's machine.
func writtenAddress(a netip.Addr) error {
	if !a.IsValid() || a.Zone() != "" {
		return errors.New("address is missing or carries a zone")
	}
	return nil
}
