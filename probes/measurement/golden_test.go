package measurement_test

// The ids of the golden batch of schema 1, and of its second record.
const (
	goldenBatch  = "95fca046c6595d451fa847cab7b375b897931657ed91ff8cd463abd56cd1d678"
	goldenRecord = "69f64a4a10701508952f2bed45f9ddb0"
)
