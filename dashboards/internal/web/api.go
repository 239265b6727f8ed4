package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
)

// apiAnswer is the body of /api/v1/incidents.
type apiAnswer struct {
	Incidents []publish.Document `json:"incidents"`
}

// badParameter is a parameter that cannot be understood.
type badParameter struct {
	Parameter string `json:"parameter"`
	Message   string `json:"message"`
}

func (s *Site) api(w http.ResponseWriter, r *http.Request) error {
	query, bad := parseQuery(r.URL.Query())
	if bad != nil {
		body, err := json.Marshal(map[string]*badParameter{"error": bad})
		if err != nil {
			return fmt.Errorf("encode JSON: %w", err)
		}
		open(w)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(append(body, '\n')) // the reader went away: nothing to tell
		return nil
	}
	found, err := s.shelf.List(r.Context(), query)
	if err != nil {
		return err
	}
	answer := apiAnswer{Incidents: []publish.Document{}}
	for _, i := range found {
		answer.Incidents = append(answer.Incidents, publish.NewDocument(i, s.base))
	}
	return s.writeJSON(w, r, fresh, answer)
}

// noAPI answers programs in their own language where the API has nothing.
func (s *Site) noAPI(w http.ResponseWriter, _ *http.Request) error {
	body, err := json.Marshal(map[string]map[string]string{"error": {"message": "is no address of this API; /docs/api lists them"}})
	if err != nil {
		return fmt.Errorf("encode JSON: %w", err)
	}
	open(w)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	_, _ = w.Write(append(body, '\n')) // the reader went away: nothing to tell
	return nil
}

// Limits of a list, documented in the handbook's api page.
const (
	usualLimit = 100
	mostLimit  = 500
)

var countryCode = regexp.MustCompile(`^[A-Z]{2}$`)

// parseQuery reads the parameters of a list. It refuses what it does not know: a filter that is misspelled
// must not quietly select everything.
func parseQuery(values url.Values) (publish.Query, *badParameter) {
	q := publish.Query{Limit: usualLimit}
	for name, given := range values {
		if len(given) != 1 {
			return q, &badParameter{name, "give it once"}
		}
		if problem := set(&q, name, given[0]); problem != "" {
			return q, &badParameter{name, problem}
		}
	}
	return q, nil
}

// set sets one parameter, or says what is wrong with it.
func set(q *publish.Query, name, value string) (problem string) {
	var err error
	switch name {
	case "state":
		if !slices.Contains(publish.ListedStates(), incident.State(value)) {
			return fmt.Sprintf("must be one of %v", publish.ListedStates())
		}
		q.State = value
	case "country":
		if !countryCode.MatchString(value) {
			return "must be an ISO 3166-1 alpha-2 code in capitals, as IQ"
		}
		q.Country = value
	case "since":
		q.Since, err = time.Parse(time.RFC3339, value)
	case "until":
		q.Until, err = time.Parse(time.RFC3339, value)
	case "ongoing":
		if value != "true" && value != "false" {
			return "must be true or false"
		}
		q.Ongoing = value == "true"
	case "limit":
		q.Limit, err = strconv.Atoi(value)
		if err != nil || q.Limit < 1 || q.Limit > mostLimit {
			return fmt.Sprintf("must be a number from 1 to %d", mostLimit)
		}
	default:
		return "is no parameter here; /docs/api lists them"
	}
	if err != nil {
		return "must be a time as 2023-08-21T00:00:00Z"
	}
	return ""
}
