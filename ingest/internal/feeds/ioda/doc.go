// Package ioda reads recorded IODA signals: CSV files with one line for every five minutes and one
// column for every signal, of one country, region or network. Its header decides the columns.
//
// It takes measured points only: neither a column of labels, nor one derived from another, nor a value
// that is merely held until the source's next round. It makes no judgment about any of them.
package ioda
