package feedwire

import (
	"encoding/hex"
	"errors"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// The lines: a row of each kind as JSON. When the row was received stands once beside all of them, in the
// message's header.

type signalLine struct {
	Source     string    `json:"source"`
	EntityType string    `json:"entity_type"`
	EntityCode string    `json:"entity_code"`
	Name       string    `json:"name"`
	At         time.Time `json:"at"`
	Value      float64   `json:"value"`
}

func fromSignal(r store.Signal) signalLine {
	return signalLine{r.Source, r.EntityType, r.EntityCode, r.Name, r.At.UTC(), r.Value}
}

func (l signalLine) row(receivedAt time.Time) (store.Signal, error) {
	return store.Signal{
		Source: l.Source, EntityType: l.EntityType, EntityCode: l.EntityCode, Name: l.Name, At: l.At, Value: l.Value,
		ReceivedAt: receivedAt,
	}, errors.Join(checkTime("at", l.At), checkNames(l.Source, l.EntityType, l.EntityCode, l.Name))
}

type atlasLine struct {
	ProbeID    uint32    `json:"probe_id"`
	At         time.Time `json:"at"`
	Event      string    `json:"event"`
	ASN        uint32    `json:"asn"`
	Country    string    `json:"country"`
	Prefix     string    `json:"prefix"`
	Controller string    `json:"controller"`
}

func fromAtlas(r store.AtlasConnection) atlasLine {
	return atlasLine{r.ProbeID, r.At.UTC(), r.Event, r.ASN, r.Country, r.Prefix, r.Controller}
}

func (l atlasLine) row(receivedAt time.Time) (store.AtlasConnection, error) {
	err := errors.Join(checkTime("at", l.At), checkTexts(l.Prefix, l.Controller))
	if l.Event != "connect" && l.Event != "disconnect" {
		err = errors.Join(err, errors.New("event is neither connect nor disconnect"))
	}
	if !measurement.CountryCode(l.Country) {
		err = errors.Join(err, errors.New("country is not an ISO 3166-1 alpha-2 code"))
	}
	return store.AtlasConnection{
		ProbeID: l.ProbeID, At: l.At, Event: l.Event, ASN: l.ASN, Country: l.Country, Prefix: l.Prefix,
		Controller: l.Controller, ReceivedAt: receivedAt,
	}, err
}

type reportLine struct {
	ID        string   `json:"id"` // hex
	Source    string   `json:"source"`
	Country   string   `json:"country"`
	Regions   []string `json:"regions"`
	Area      string   `json:"area"`
	Scope     string   `json:"scope"`
	StartDate string   `json:"start_date"` // 2006-01-02
	EndDate   string   `json:"end_date"`   // empty when unknown
	Type      string   `json:"type"`
	Network   string   `json:"network"`
	Services  []string `json:"services"`
	Cause     string   `json:"cause"`
	Title     string   `json:"title"`
	Link      string   `json:"link"`
}

func fromReport(r store.Report) reportLine {
	l := reportLine{
		ID: hex.EncodeToString([]byte(r.ID)), Source: r.Source, Country: r.Country, Regions: orNone(r.Regions), Area: r.Area,
		Scope: r.Scope, StartDate: r.StartDate.Format(time.DateOnly), Type: r.Type, Network: r.Network,
		Services: orNone(r.Services), Cause: r.Cause, Title: r.Title, Link: r.Link,
	}
	if r.EndDate != nil {
		l.EndDate = r.EndDate.Format(time.DateOnly)
	}
	return l
}

func (l reportLine) row(receivedAt time.Time) (store.Report, error) {
	r := store.Report{
		Source: l.Source, Country: l.Country, Regions: l.Regions, Area: l.Area, Scope: l.Scope, Type: l.Type,
		Network: l.Network, Services: l.Services, Cause: l.Cause, Title: l.Title, Link: l.Link, ReceivedAt: receivedAt,
	}
	id, err := hex.DecodeString(l.ID)
	if err != nil || len(id) != 16 {
		return r, errors.New("id is not 16 bytes in hex")
	}
	r.ID = string(id)
	if r.StartDate, err = parseDate("start_date", l.StartDate); err != nil {
		return r, err
	}
	if l.EndDate != "" {
		end, err := parseDate("end_date", l.EndDate)
		if err != nil {
			return r, err
		}
		r.EndDate = &end
	}
	if l.Regions == nil || l.Services == nil {
		return r, errors.New("regions or services is null: no values are an empty list")
	}
	if !measurement.CountryCode(l.Country) {
		return r, errors.New("country is not an ISO 3166-1 alpha-2 code")
	}
	texts := append([]string{l.Area, l.Cause, l.Title, l.Link}, l.Services...)
	return r, errors.Join(checkNames(l.Source, l.Scope, l.Type, l.Network), checkTexts(append(texts, l.Regions...)...))
}

// orNone writes no values as an empty list, so that a row has one spelling.
func orNone(values []string) []string {
	if values == nil {
		return []string{}
	}
	return values
}
