package publish_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lamplight-net/lamplight/analysis/incident"
	"github.com/lamplight-net/lamplight/dashboards/internal/examples"
	"github.com/lamplight-net/lamplight/dashboards/internal/publish"
	"github.com/lamplight-net/lamplight/deploy/servicetest"
	"github.com/lamplight-net/lamplight/deploy/storetest"
)

func TestMain(m *testing.M) { servicetest.Main(m) }

// shelved saves revisions in their order and returns the shelf they stand on.
func shelved(t *testing.T, revisions ...incident.Incident) *publish.Shelf {
	t.Helper()
	db := storetest.Open(t, incident.Migrate)
	repository := incident.NewRepository(db)
	latest := make(map[string]int)
	for _, r := range revisions {
		r.Revision = latest[r.ID]
		latest[r.ID]++
		if _, err := repository.Save(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	return publish.NewShelf(repository)
}

func in(i incident.Incident, id string, s incident.State) incident.Incident {
	i.ID, i.State = id, s
	return i
}

func TestShelf(t *testing.T) {
	shelf := shelved(t,
		in(examples.Blackout(), "published", incident.StatePublished),
		in(examples.Ongoing(), "candidate", incident.StateCandidate),
		in(examples.Mobile(), "withdrawn", incident.StateWithdrawn),
		in(examples.Mobile(), "quiet", incident.StateQuiet),
		in(examples.Mobile(), "draft", incident.StateDraft),
		in(examples.Mobile(), "reviewed", incident.StateCandidate),
		in(examples.Mobile(), "reviewed", incident.StateInReview),
		in(examples.Mobile(), "embargoed", incident.StatePublished),
		in(examples.Mobile(), "embargoed", incident.StateEmbargoed),
	)
	ctx := t.Context()

	for name, c := range map[string]struct {
		query publish.Query
		want  []string
	}{
		"what stands":     {publish.Query{}, []string{"candidate", "published"}},
		"what is void":    {publish.Query{Void: true}, []string{"candidate", "published", "withdrawn"}},
		"ongoing":         {publish.Query{Ongoing: true}, []string{"candidate"}},
		"one state":       {publish.Query{State: "published"}, []string{"published"}},
		"a hidden state":  {publish.Query{State: "draft"}, nil},
		"a quiet state":   {publish.Query{State: "published_quietly"}, nil},
		"one country":     {publish.Query{Country: "IQ"}, []string{"published"}},
		"the newest only": {publish.Query{Limit: 1}, []string{"candidate"}},
	} {
		t.Run("list "+name, func(t *testing.T) {
			found, err := shelf.List(ctx, c.query)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, i := range found {
				ids = append(ids, i.ID)
			}
			if diff := cmp.Diff(c.want, ids); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
		})
	}

	for id, want := range map[string]int{
		"published": 1, "candidate": 1, "withdrawn": 1, "quiet": 1, "reviewed": 1, "draft": 0, "embargoed": 0, "nothing": 0,
	} {
		t.Run("latest "+id, func(t *testing.T) {
			edition, err := shelf.Latest(ctx, id)
			if want == 0 {
				if !errors.Is(err, incident.ErrNotFound) {
					t.Fatalf("Latest = revision %d, %v, want ErrNotFound", edition.Incident.Revision, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if edition.Incident.Revision != want || len(edition.Incident.Evidence[0].Points) == 0 {
				t.Errorf("revision %d with %d points, want revision %d, complete",
					edition.Incident.Revision, len(edition.Incident.Evidence[0].Points), want)
			}
		})
	}
	if _, err := shelf.Revision(ctx, "embargoed", 1); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("revision before the embargo: %v, want ErrNotFound", err)
	}
	if _, err := shelf.Revision(ctx, "reviewed", 2); !errors.Is(err, incident.ErrNotFound) {
		t.Errorf("revision in review: %v, want ErrNotFound", err)
	}
}

func TestShelfRevisionKeepsWhatWasSaid(t *testing.T) {
	first, second := examples.Blackout(), examples.Blackout()
	first.Shutdown.Probability = 0.5
	shelf := shelved(t, first, second)

	edition, err := shelf.Revision(t.Context(), first.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := edition.Incident.Shutdown.Probability; got != 0.5 || len(edition.Earlier) != 0 {
		t.Errorf("first revision has probability %g and %d before it, want 0.5 and none", got, len(edition.Earlier))
	}
	edition, err = shelf.Latest(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := edition.Incident.Shutdown.Probability; got != 0.93 || len(edition.Earlier) != 1 {
		t.Errorf("latest revision has probability %g and %d before it, want 0.93 and one", got, len(edition.Earlier))
	}
}
