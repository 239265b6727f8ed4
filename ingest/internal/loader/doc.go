// Package loader turns what the gateway and the imports put into Kafka into rows of ClickHouse, in large
// blocks, and commits a message's offset only after ClickHouse has its rows. It is the one writer of what
// was seen.
//
// It never drops a message: what can never become rows goes to batches.dead.v1 with the reason, and when
// that happens too often it stops rather than empty the topic there. It does not try to write a row once:
// after a crash or a failed insert the same rows come again, and the tables collapse them, because a row's
// identity is made of its content. That is also why a block may hold messages of several partitions: the
// handbook's design page says what a block for each would cost.
//
// It verifies every signature again, although the gateway has. It costs about 1 % of the loader's time, and
// without it anyone who can write to Kafka could write evidence.
package loader
