// Package stop reads Access Now's Shutdown Tracker Optimization Project: a CSV file of reported
// shutdowns, one line for each report and each year that it is counted in.
//
// It keeps what was reported in this project's words where they are certain (country, region, scope,
// kind), and in the source's words elsewhere. It does not judge whether a report is true, nor fill in
// what it leaves open.
package stop
