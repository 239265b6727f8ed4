package measurement

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// SchemaVersion is the version of the batch format that this package writes. Readers take it and the
// one before.
const SchemaVersion = 1

// Limits of a batch. A probe that would pass one starts another batch; a gateway that meets one
// answers 413. They bound what a hostile sender can make a reader hold.
const (
	MaxBatchBytes   = 1 << 20 // uncompressed
	MaxLineBytes    = 16 << 10
	MaxBatchRecords = 10_000

	maxBeaconBytes = 128
	maxPlanBytes   = 64
)

// VantageControl is the Vantage of a control.
const VantageControl = "control"

// NetworkType is what the volunteer chose to say of the access network.
type NetworkType string

// The network types.
const (
	NetworkFixed   NetworkType = "fixed"
	NetworkMobile  NetworkType = "mobile"
	NetworkUnknown NetworkType = "unknown"
)

// NetworkTypes lists every network type.
func NetworkTypes() []NetworkType { return []NetworkType{NetworkFixed, NetworkMobile, NetworkUnknown} }

// Network is the network that a batch was measured from, as its probe declares it. Country is an ISO
// 3166-1 alpha-2 code, "ZZ" when unknown; Region, an ISO 3166-2 code, only if the volunteer chose to
// say; ASN zero when unknown.
type Network struct {
	Country string      `json:"country"`
	ASN     uint32      `json:"asn"`
	Region  string      `json:"region,omitempty"`
	Type    NetworkType `json:"type"`
}

// Header is a batch's first line.
type Header struct {
	Schema int `json:"schema"`
	// Software names the program and its version, as "lamplight-probe/0.1.0".
	Software string `json:"software"`
	// Plan is the version of the target list that was measured.
	Plan      string    `json:"plan"`
	CreatedAt time.Time `json:"created_at"`
	Network   Network   `json:"network"`
	// Sequence counts the batches of this key, from 1. A gap says that a batch is still to come.
	Sequence uint64 `json:"sequence"`
	// Previous is the id of the key's batch before this one, in hex; empty for the first.
	Previous string `json:"previous,omitempty"`
	// Beacon is the latest value a gateway gave out: the batch was not made before it.
	Beacon string `json:"beacon,omitempty"`
	// Vantage is empty for a volunteer's probe, and VantageControl for one that an operator runs outside, where
	// nothing is blocked. A gateway believes it of keys that its operator named.
	Vantage string `json:"vantage,omitempty"`
	// PlanStale says that the target list had expired when it was measured.
	PlanStale bool `json:"plan_stale,omitempty"`
	// ClockOffsetSeconds is by how much the gateway's clock was ahead of the probe's when they last spoke, in
	// whole minutes, for a finer figure would tell machines apart; zero also when they never spoke.
	ClockOffsetSeconds int32 `json:"clock_offset_seconds,omitempty"`
	// ClockStepped says that the probe's clock was moved while this was measured.
	ClockStepped bool `json:"clock_stepped,omitempty"`
	// Generated marks rehearsal data that nobody measured. It is kept in every table and shown on
	// every page that rests on it.
	Generated bool `json:"generated,omitempty"`
}

// Line is one accepted record, with its id and its number in the batch (the header is line 1).
type Line struct {
	Number int
	ID     RecordID
	Record Record
}

// Rejected is a line that is not a record, and why.
type Rejected struct {
	Number int
	Reason string
}

// Batch is a decoded batch: what can be used of it and what cannot. A bad line never costs a good one.
type Batch struct {
	ID       BatchID
	Header   Header
	Lines    []Line
	Rejected []Rejected
}

// Errors that concern a whole batch. None of them is cured by sending the same bytes again.
var (
	ErrTooLarge  = errors.New("batch is larger than the limit")
	ErrBadHeader = errors.New("batch header is not valid")
	ErrNoRecords = errors.New("batch holds no valid record")
	ErrSchema    = errors.New("batch schema version is not supported")
)

// errSpecial keeps the addresses of a volunteer's own network out of what is published. Only a pretended
// country, all of which lies on one machine, has its sites at such addresses.
var errSpecial = errors.New("an address is written out that is not a public one")

// Encode writes header and records as a batch's bytes. It fails on what Decode would reject, so that a
// probe never signs a batch that nobody takes.
func Encode(header Header, records []Record) ([]byte, error) {
	if err := header.validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadHeader, err)
	}
	if len(records) == 0 {
		return nil, ErrNoRecords
	}
	if len(records) > MaxBatchRecords {
		return nil, fmt.Errorf("%w: %d records, at most %d", ErrTooLarge, len(records), MaxBatchRecords)
	}
	var out bytes.Buffer
	first, err := json.Marshal(header)
	if err != nil {
		return nil, fmt.Errorf("encode header: %w", err)
	}
	out.Write(first)
	out.WriteByte('\n')
	for i := range records {
		if records[i].special() && !UserAssigned(header.Network.Country) {
			return nil, fmt.Errorf("record %d: %w", i, errSpecial)
		}
		line, err := EncodeRecord(&records[i])
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i, err)
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	if out.Len() > MaxBatchBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, out.Len(), MaxBatchBytes)
	}
	return out.Bytes(), nil
}

// EncodeRecord validates one record and writes it as a line without its newline.
func EncodeRecord(r *Record) ([]byte, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	line, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if len(line) > MaxLineBytes {
		return nil, fmt.Errorf("%w: line of %d bytes, at most %d", ErrTooLarge, len(line), MaxLineBytes)
	}
	return line, nil
}

// Decode reads a batch's uncompressed bytes, as signed by key. It returns an error only when nothing
// of the batch can be used; single bad lines are in Rejected.
func Decode(key ed25519.PublicKey, batch []byte) (Batch, error) {
	if len(batch) > MaxBatchBytes {
		return Batch{}, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(batch), MaxBatchBytes)
	}
	if !bytes.HasSuffix(batch, []byte{'\n'}) {
		return Batch{}, fmt.Errorf("%w: the last line does not end in a newline", ErrBadHeader)
	}
	first, rest, _ := bytes.Cut(batch, []byte{'\n'})
	out := Batch{ID: NewBatchID(batch)}
	if err := decodeHeader(first, &out.Header); err != nil {
		return Batch{}, err
	}
	number := 1
	for line := range bytes.Lines(rest) {
		number++
		if number > MaxBatchRecords+1 {
			return Batch{}, fmt.Errorf("%w: more than %d records", ErrTooLarge, MaxBatchRecords)
		}
		line = line[:len(line)-1]
		record, err := decodeRecord(line)
		if err == nil && record.special() && !UserAssigned(out.Header.Network.Country) {
			err = errSpecial
		}
		if err != nil {
			out.Rejected = append(out.Rejected, Rejected{Number: number, Reason: err.Error()})
			continue
		}
		out.Lines = append(out.Lines, Line{Number: number, ID: NewRecordID(key, line), Record: record})
	}
	if len(out.Lines) == 0 {
		if len(out.Rejected) > 0 {
			return Batch{}, fmt.Errorf("%w: line %d: %s", ErrNoRecords, out.Rejected[0].Number, out.Rejected[0].Reason)
		}
		return Batch{}, ErrNoRecords
	}
	return out, nil
}

func decodeHeader(line []byte, h *Header) error {
	if len(line) > MaxLineBytes {
		return fmt.Errorf("%w: line longer than %d bytes", ErrBadHeader, MaxLineBytes)
	}
	// The version is read leniently first: a newer header may hold fields that this reader would
	// reject, and "not supported" is the answer that tells its sender what to do.
	var version struct {
		Schema int `json:"schema"`
	}
	if json.Unmarshal(line, &version) == nil && version.Schema > SchemaVersion {
		return fmt.Errorf("%w: version %d, this reader takes %d", ErrSchema, version.Schema, SchemaVersion)
	}
	if err := strictUnmarshal(line, h); err != nil {
		return fmt.Errorf("%w: %w", ErrBadHeader, err)
	}
	if err := h.validate(); err != nil {
		return fmt.Errorf("%w: %w", ErrBadHeader, err)
	}
	return nil
}

func decodeRecord(line []byte) (Record, error) {
	var r Record
	if len(line) > MaxLineBytes {
		return r, fmt.Errorf("line longer than %d bytes", MaxLineBytes)
	}
	if err := strictUnmarshal(line, &r); err != nil {
		return r, err
	}
	return r, r.Validate()
}

func (h *Header) validate() error {
	if h.Schema != SchemaVersion {
		return fmt.Errorf("schema is %d, not %d", h.Schema, SchemaVersion)
	}
	if h.Software == "" || len(h.Software) > 64 || len(h.Plan) > maxPlanBytes {
		return errors.New("software must have 1 to 64 bytes, plan at most 64")
	}
	for _, s := range []string{h.Software, h.Plan} {
		for _, c := range []byte(s) {
			if c <= ' ' || c > '~' {
				return errors.New("software and plan are printable ASCII without spaces")
			}
		}
	}
	if h.CreatedAt.IsZero() {
		return errors.New("created_at is missing")
	}
	if err := hexSHA256("previous", h.Previous); err != nil {
		return err
	}
	if h.Vantage != "" && h.Vantage != VantageControl {
		return errors.New("vantage is not control, nor left out")
	}
	if h.ClockOffsetSeconds%60 != 0 {
		return errors.New("clock_offset_seconds is not in whole minutes")
	}
	if !word(h.Beacon, maxBeaconBytes) {
		return errors.New("beacon is not a beacon that a gateway gave out")
	}
	return h.Network.validate()
}

func (n *Network) validate() error {
	if !CountryCode(n.Country) {
		return errors.New(`network.country is not an ISO 3166-1 alpha-2 code ("ZZ" when unknown)`)
	}
	if !known(n.Type, NetworkTypes()) {
		return errors.New("network.type is not one of fixed, mobile, unknown")
	}
	if n.Region == "" {
		return nil
	}
	if len(n.Region) < 4 || len(n.Region) > 6 || n.Region[:3] != n.Country+"-" || !word(n.Region, 6) {
		return errors.New("network.region is not an ISO 3166-2 code of network.country")
	}
	return nil
}
