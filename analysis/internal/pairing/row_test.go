package pairing

import (
	"reflect"
	"testing"
	"time"

	"github.com/lamplight-net/lamplight/ingest/store"
	"github.com/lamplight-net/lamplight/probes/measurement"
)

// A row keeps all of a record, and record gives it all back: what it leaves out no verdict ever sees.
func TestRecordLeavesNothingOut(t *testing.T) {
	full := store.Measurement{Answers: []string{"192.0.2.1"}, AnswerClasses: []string{"public"}, OtherAnswers: []string{"192.0.2.2"}, OtherAnswerClasses: []string{"public"}, Address: "192.0.2.1"}
	fillAll(reflect.ValueOf(&full).Elem())
	for _, kind := range measurement.Kinds() {
		if kind == measurement.KindBeat {
			continue
		}
		full.Kind = string(kind)
		r := record(&full)
		unset(t, string(kind), reflect.ValueOf(r), map[string]bool{"Beat": true, "DNS": true, "TCP": true, "TLS": true, "QUIC": true, "HTTP": true})
		parts := map[measurement.Kind]any{measurement.KindDNS: r.DNS, measurement.KindTCP: r.TCP, measurement.KindTLS: r.TLS, measurement.KindQUIC: r.QUIC, measurement.KindHTTP: r.HTTP}
		part := reflect.ValueOf(parts[kind])
		if !part.IsValid() || part.IsNil() {
			t.Errorf("%s: there is nothing of it", kind)
			continue
		}
		unset(t, string(kind), part.Elem(), nil)
	}
}

// fillAll sets every field that is not set.
func fillAll(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case !f.IsZero():
		case f.Kind() == reflect.String:
			f.SetString("x")
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		case f.CanUint():
			f.SetUint(1)
		case f.CanInt():
			f.SetInt(1)
		case f.Kind() == reflect.Slice:
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
		case f.Type() == reflect.TypeFor[time.Time]():
			f.Set(reflect.ValueOf(noon))
		}
	}
}

func unset(t *testing.T, what string, v reflect.Value, but map[string]bool) {
	t.Helper()
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsZero() && !but[name] {
			t.Errorf("%s: %s is left out", what, name)
		}
	}
}
