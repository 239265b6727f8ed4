package wording

import "testing"

func TestThousands(t *testing.T) {
	for text, want := range map[string]string{
		"267371239": "267,371,239",
		"fell to 267371239 where 2517450472 was expected, 5.2 standard deviations": "fell to 267,371,239 where 2,517,450,472 was expected, 5.2 standard deviations",
		"in 2026, at 12000, and (34567)":                                           "in 2026, at 12,000, and (34,567)",
		"12345 67890":                                                              "12,345 67,890",
		"0.123456 of AS64501 since 2026-03-01":                                     "0.123456 of AS64501 since 2026-03-01",
		"1234":                                                                     "1234",
		"":                                                                         "",
	} {
		if got := Thousands(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}
