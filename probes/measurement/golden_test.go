package measurement_test

// The ids of the golden batch of schema 1, and of its second record.
const (
	goldenBatch  = "133787289850cdb47eaca31db689c7368b11cb9c9944888621da0a35fb52bf7f"
	goldenRecord = "d8fad130fe51d15fa0cf5ff6cfce3728"
)
