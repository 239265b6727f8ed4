package measurement_test

// The ids of the golden batch of schema 1, and of its second record.
const (
	goldenBatch  = "3bc09ac88d37260a5d4a34d6f9d2cdd2f201f14cff587b17f7563fc2d54621e4"
	goldenRecord = "d8fad130fe51d15fa0cf5ff6cfce3728"
)
