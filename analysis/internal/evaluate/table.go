package evaluate

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// WriteTable writes rows for people.
func WriteTable(out io.Writer, rows []Row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "method\tseries\tevents\tfound\trecall\tprecision\tfalse alarms\tper place-day\tfragments per event\tonset error (min)\tend error (min)\t")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\t%s\t%d\t%s\t%.2f\t%s\t%s\t\n", r.Method, r.Series, r.Events, r.Found,
			share(r.Found, r.Events), share(r.Detections-r.FalseAlarms, r.Detections), r.FalseAlarms,
			rate(r.FalseAlarms, r.PlaceDays), r.FragmentsPerEvent, minutes(r.OnsetErrorMinutesMedian), minutes(r.EndErrorMinutesMedian))
	}
	return w.Flush()
}

func share(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(part)/float64(whole))
}

func rate(n int, days float64) string {
	if days == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(n)/days)
}

func minutes(m *float64) string {
	if m == nil {
		return "-"
	}
	return strconv.FormatFloat(*m, 'f', -1, 64)
}
