package store

import (
	"errors"
	"slices"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// rowFaults are the server's errors that lie in the rows: no second try cures them, and no change of the
// server should. Every other error is of the server or the way to it, and may pass: a table that is not
// migrated yet, a right that is missing, memory, too many parts. The numbers are those of ClickHouse's
// src/Common/ErrorCodes.cpp.
var rowFaults = []int32{
	6,   // CANNOT_PARSE_TEXT
	27,  // CANNOT_PARSE_INPUT_ASSERTION_FAILED
	38,  // CANNOT_PARSE_DATE
	41,  // CANNOT_PARSE_DATETIME
	53,  // TYPE_MISMATCH
	69,  // ARGUMENT_OUT_OF_BOUND
	70,  // CANNOT_CONVERT_TYPE
	117, // INCORRECT_DATA
	131, // TOO_LARGE_STRING_SIZE
	321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
	349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
	407, // DECIMAL_OVERFLOW
	469, // VIOLATED_CONSTRAINT
	691, // UNKNOWN_ELEMENT_OF_ENUM
}

// Refused reports whether an error of Insert says that some of the rows can never be inserted. It is the
// one place that tells an insert to give up from one to try again.
func Refused(err error) bool {
	if _, ok := errors.AsType[*RowError](err); ok {
		return true
	}
	answer, ok := errors.AsType[*clickhouse.Exception](err)
	return ok && slices.Contains(rowFaults, answer.Code)
}
