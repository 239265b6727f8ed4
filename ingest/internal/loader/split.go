package loader

import (
	"iter"
	"slices"
	"time"
)

// maxPartitions bounds the partitions, which are months, that one insert touches. ClickHouse refuses more
// than 100 (max_partitions_per_insert_block), and each becomes a part on disk. A block of measurements has
// at most 15; recordings that others made can go back for decades.
const maxPartitions = 50

// byMonths yields the rows in pieces, as from and to, that are each of at most maxPartitions months. Where
// one piece does not do, it first sorts the rows by month. A nil at stands for a table without partitions.
func byMonths[T any](rows []T, at func(*T) time.Time) iter.Seq2[int, int] {
	return func(yield func(from, to int) bool) {
		if at == nil || !manyMonths(rows, at) {
			yield(0, len(rows))
			return
		}
		slices.SortStableFunc(rows, func(a, b T) int { return monthOf(at(&a)) - monthOf(at(&b)) })
		from, months := 0, 1
		for i := 1; i < len(rows); i++ {
			if monthOf(at(&rows[i])) == monthOf(at(&rows[i-1])) {
				continue
			}
			if months++; months > maxPartitions {
				if !yield(from, i) {
					return
				}
				from, months = i, 1
			}
		}
		yield(from, len(rows))
	}
}

func manyMonths[T any](rows []T, at func(*T) time.Time) bool {
	seen := make(map[int]bool)
	for i := range rows {
		if seen[monthOf(at(&rows[i]))] = true; len(seen) > maxPartitions {
			return true
		}
	}
	return false
}

// monthOf numbers the months as toYYYYMM does, in UTC.
func monthOf(t time.Time) int {
	t = t.UTC()
	return t.Year()*100 + int(t.Month())
}
