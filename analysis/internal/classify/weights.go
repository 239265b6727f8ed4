package classify

// feature is one observation and what it is worth.
type feature struct {
	id string
	// weight is what the observation adds to the log-odds, as opposed to its absence.
	weight float64
	// share is how often the observation is made of labeled events, so that its absence counts, too, and
	// an event with all features as usual is as probable as the prior.
	share float64
	ask   func(Facts) answer
	// Texts for an event that has the feature and for one that does not.
	with, without string
}

// prior is the log-odds of an event with all features as usual.
const prior = -2.56

// fitted returns the features whose weights were fitted to the 759 national outages of 2018 to 2021 that
// Padmanabhan et al. examined by hand (SIGCOMM 2023, doi 10.1145/3603269.3604883), 130 of them
// shutdowns, by logistic regression with a ridge of one. TestFit repeats the fit and measures it on
// countries that it did not see.
func fitted() []feature {
	return []feature{
		{id: "recurs", weight: 3.83, share: 0.13, ask: recurs,
			with:    "began at the same time of day as another event one to four days apart",
			without: "no other event began at the same time of day within four days"},
		{id: "on_the_hour", weight: 0.88, share: 0.33, ask: func(f Facts) answer { return answerOf(onClock(f.Onset, 0)) },
			with: "began on the hour, local time", without: "did not begin on the hour, local time"},
		{id: "on_the_half_hour", weight: 0.70, share: 0.19, ask: func(f Facts) answer { return answerOf(onClock(f.Onset, 30)) },
			with: "began on the half hour, local time", without: "did not begin on the half hour, local time"},
		{id: "all_signals", weight: 1.86, share: 0.59, ask: allSignals,
			with: "every signal that could see it saw it", without: "not every signal that could see it saw it"},
		{id: "long", weight: 1.45, share: 0.46, ask: long,
			with: "has lasted three hours or more", without: "lasted less than three hours"},
		{id: "round_duration", weight: 0.80, share: 0.51, ask: roundDuration,
			with: "lasted a whole number of half hours", without: "did not last a whole number of half hours"},
	}
}

// judged returns the features that no labeled data has a column for. Their weights are judgment, kept
// small: a likelihood ratio of three for what orders look like and accidents seldom do. Their absence is
// worth nothing.
func judged() []feature {
	return []feature{
		{id: "together", weight: 1.1, ask: together,
			with: "three or more networks went dark within ten minutes"},
		{id: "mobile_only", weight: 1.1, ask: func(f Facts) answer { return present(f.MobileOnly) },
			with: "mobile networks went dark and fixed ones did not"},
		{id: "single_service", weight: 2.2, ask: func(f Facts) answer { return present(f.Service) },
			with: "single services are out of reach while the rest of the network works, and others abroad reach them"},
	}
}

func together(f Facts) answer { return present(f.Together >= 3) }

func present(b bool) answer {
	if b {
		return yes
	}
	return unknown
}
