package store

import "time"

// The tables of this room. Each is a ReplacingMergeTree that collapses copies of a row by its content;
// whoever reads goes through the view of the same name with the prefix "v_", which does so at once.
const (
	TableMeasurements = "measurements"
	TableBatches      = "batches"
	TableSignals      = "signals"
	TableAtlas        = "atlas_connections"
	TableReports      = "reports"
)

// The vantages and sources of a row.
const (
	VantageProbe    = "probe"
	VantageControl  = "control" // run by an operator outside, where nothing is blocked
	SourceLamplight = "lamplight"
	SourceOONI      = "ooni"
)

// Origin says how the network of a row is known.
type Origin string

// The origins of a location.
const (
	OriginLocated  Origin = "located"  // from the address the batch came from, by the operator's database
	OriginDeclared Origin = "declared" // as the probe said
)

// Measurement is one record of a probe, located: a row of measurements.
type Measurement struct {
	ID                 string    `ch:"id"`    // 16 bytes, measurement.RecordID
	Batch              string    `ch:"batch"` // 32 bytes, measurement.BatchID
	Probe              string    `ch:"probe"` // 32 bytes, the Ed25519 public key
	MeasuredAt         time.Time `ch:"measured_at"`
	ReceivedAt         time.Time `ch:"received_at"`
	Country            string    `ch:"country"` // ISO 3166-1 alpha-2, ZZ unknown
	Region             string    `ch:"region"`  // ISO 3166-2, empty unknown
	ASN                uint32    `ch:"asn"`
	ASName             string    `ch:"as_name"`
	NetworkType        string    `ch:"network_type"`
	Origin             string    `ch:"origin"`
	Software           string    `ch:"software"`
	Plan               string    `ch:"plan"`
	Generated          bool      `ch:"generated"`
	Vantage            string    `ch:"vantage"` // VantageProbe, VantageControl
	Source             string    `ch:"source"`  // SourceLamplight, SourceOONI
	PlanStale          bool      `ch:"plan_stale"`
	ClockOffsetSeconds int32     `ch:"clock_offset_seconds"`
	ClockStepped       bool      `ch:"clock_stepped"`

	Kind       string `ch:"kind"`
	Check      uint32 `ch:"check"`
	Target     string `ch:"target"`
	Class      string `ch:"class"`
	Failure    string `ch:"failure"`
	DurationMS uint32 `ch:"duration_ms"`

	DomesticTried    uint8  `ch:"domestic_tried"`
	DomesticAnswered uint8  `ch:"domestic_answered"`
	ForeignTried     uint8  `ch:"foreign_tried"`
	ForeignAnswered  uint8  `ch:"foreign_answered"`
	Interface        string `ch:"interface"`
	Router           string `ch:"router"`

	Resolver           string   `ch:"resolver"`
	Transport          string   `ch:"transport"`
	Query              string   `ch:"query"`
	Rcode              string   `ch:"rcode"`
	Answers            []string `ch:"answers"`        // public addresses as text, "" where withheld
	AnswerClasses      []string `ch:"answer_classes"` // one for each answer
	AnswerASNs         []uint32 `ch:"answer_asns"`    // one for each answer, zero unknown
	Conflict           bool     `ch:"conflict"`
	GapMS              uint32   `ch:"gap_ms"`
	ResolverASN        uint32   `ch:"resolver_asn"`
	CNAMEs             []string `ch:"cnames"`
	ALPN               []string `ch:"alpn"`
	ECH                bool     `ch:"ech"`
	Flaw               string   `ch:"flaw"`
	OtherRcode         string   `ch:"other_rcode"`
	OtherAnswers       []string `ch:"other_answers"`
	OtherAnswerClasses []string `ch:"other_answer_classes"`
	OtherAnswerASNs    []uint32 `ch:"other_answer_asns"`

	Address     string   `ch:"address"` // the address connected to (tcp, tls, quic)
	AddressASN  uint32   `ch:"address_asn"`
	ServerName  string   `ch:"server_name"`
	TLSVersion  string   `ch:"tls_version"`
	KeySHA256   string   `ch:"key_sha256"`
	Decoy       bool     `ch:"decoy"`
	ChainSHA256 []string `ch:"chain_sha256"`
	Certificate string   `ch:"certificate"`
	Alert       uint8    `ch:"alert"`
	QUICVersion string   `ch:"quic_version"`

	Status      uint16   `ch:"status"`
	Redirects   uint8    `ch:"redirects"`
	BodyBytes   uint32   `ch:"body_bytes"`
	BodySHA256  string   `ch:"body_sha256"`
	Fingerprint string   `ch:"fingerprint"`
	Plain       bool     `ch:"plain"`
	Elsewhere   bool     `ch:"elsewhere"`
	TitleSHA256 string   `ch:"title_sha256"`
	FirstByteMS uint32   `ch:"first_byte_ms"`
	PaceMS      []uint32 `ch:"pace_ms"`
}

// Batch is one signed batch as it was received: evidence, and what every measurement can be made from
// again.
type Batch struct {
	ID         string    `ch:"id"` // 32 bytes
	Probe      string    `ch:"probe"`
	Signature  string    `ch:"signature"` // 64 bytes
	CreatedAt  time.Time `ch:"created_at"`
	ReceivedAt time.Time `ch:"received_at"`
	Sequence   uint64    `ch:"sequence"`
	Previous   string    `ch:"previous"` // 32 bytes or empty
	Country    string    `ch:"country"`
	ASN        uint32    `ch:"asn"`
	Origin     string    `ch:"origin"`
	Records    uint32    `ch:"records"`
	Rejected   uint32    `ch:"rejected"`
	Generated  bool      `ch:"generated"`
	Bytes      string    `ch:"bytes"` // uncompressed, exactly as signed
}

// Signal is one point of a series that somebody else measured.
type Signal struct {
	Source     string    `ch:"source"`      // "ioda"
	EntityType string    `ch:"entity_type"` // country, region, asn
	EntityCode string    `ch:"entity_code"` // IQ, 4369, 5089
	Name       string    `ch:"name"`        // bgp, ping-slash24, merit-nt, gtr, as the source calls it
	At         time.Time `ch:"at"`          // start of the bin
	Value      float64   `ch:"value"`
	ReceivedAt time.Time `ch:"received_at"`
}

// AtlasConnection is one connect or disconnect of a RIPE Atlas probe (measurement 7000).
type AtlasConnection struct {
	ProbeID    uint32    `ch:"probe_id"`
	At         time.Time `ch:"at"`
	Event      string    `ch:"event"` // connect, disconnect
	ASN        uint32    `ch:"asn"`
	Country    string    `ch:"country"` // by the prefix; ZZ unknown
	Prefix     string    `ch:"prefix"`
	Controller string    `ch:"controller"`
	ReceivedAt time.Time `ch:"received_at"`
}

// Report is one shutdown that somebody reported.
type Report struct {
	ID         string     `ch:"id"`     // 16 bytes: hash of source and identifying fields
	Source     string     `ch:"source"` // "access-now-stop"
	Country    string     `ch:"country"`
	Regions    []string   `ch:"regions"` // ISO 3166-2 where known
	Area       string     `ch:"area"`    // as the source words it
	Scope      string     `ch:"scope"`   // national, regional, local, unknown
	StartDate  time.Time  `ch:"start_date"`
	EndDate    *time.Time `ch:"end_date"`
	Type       string     `ch:"type"`    // shutdown, throttling, service-based, ...
	Network    string     `ch:"network"` // mobile, fixed, both, unknown
	Services   []string   `ch:"services"`
	Cause      string     `ch:"cause"` // as the source words it
	Title      string     `ch:"title"`
	Link       string     `ch:"link"`
	ReceivedAt time.Time  `ch:"received_at"`
}
