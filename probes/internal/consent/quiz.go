package consent

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/lamplight-net/lamplight/probes/internal/list"
)

const (
	maxTries = 10 // for one question
	maxLine  = 200
)

// errSilent says that the answers came to an end before the questions.
var errSilent = errors.New("no answer came")

// Ask shows what the probe does, asks two questions about it, and then whether to go on. It returns true only
// after both were answered rightly and "yes" was typed in full; an end of the input, an empty line or anything
// else is no. A wrong answer is explained and asked again.
func Ask(in *bufio.Reader, out io.Writer, campaign *list.Campaign) (bool, error) {
	if err := show(out, campaign); err != nil {
		return false, err
	}
	fmt.Fprintln(out, "Two questions, to be sure that this text is clear. A wrong answer costs nothing.")
	for i, q := range questions {
		fmt.Fprintf(out, "\n%d. %s\n", i+1, q.ask)
		for j, a := range q.answers {
			fmt.Fprintf(out, "   %d) %s\n", j+1, a.text)
		}
		err := q.put(in, out)
		if errors.Is(err, errSilent) {
			_, err = fmt.Fprintln(out, "\nNothing was agreed to.")
			return false, err
		}
		if err != nil {
			return false, err
		}
	}
	fmt.Fprint(out, "\nDo you agree that the probe runs on this machine? Type yes to agree, or anything else not to: ")
	line, err := readLine(in)
	if err != nil && !errors.Is(err, errSilent) {
		return false, err
	}
	if !strings.EqualFold(line, "yes") {
		_, err = fmt.Fprintln(out, "Nothing was agreed to.")
		return false, err
	}
	return true, nil
}

func show(out io.Writer, campaign *list.Campaign) error {
	_, err := fmt.Fprintf(out, "%s\n", Text(campaign))
	return err
}

// put repeats a question until it is answered rightly.
func (q question) put(in *bufio.Reader, out io.Writer) error {
	for range maxTries {
		fmt.Fprintf(out, "   Your answer (1 to %d): ", len(q.answers))
		line, err := readLine(in)
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(line)
		if err != nil || n < 1 || n > len(q.answers) {
			fmt.Fprintf(out, "   Please type a number from 1 to %d.\n", len(q.answers))
			continue
		}
		given := q.answers[n-1]
		fmt.Fprintf(out, "   %s\n", given.reply)
		if given.right {
			return nil
		}
		fmt.Fprintln(out, "   Try again.")
	}
	return errSilent
}

// readLine returns a line without the space around it, and nothing of one that is longer than any answer.
func readLine(in *bufio.Reader) (string, error) {
	var line []byte
	for {
		c, err := in.ReadByte()
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return "", errSilent
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("read answer: %w", err)
		}
		switch {
		case c != '\n' && err == nil && len(line) <= maxLine:
			line = append(line, c)
		case c != '\n' && err == nil:
		case len(line) > maxLine:
			return "", nil
		default:
			return strings.TrimSpace(string(line)), nil
		}
	}
}
