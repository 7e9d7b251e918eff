package mcp

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
)

// maxLine bounds one message of a client, in bytes.
const maxLine = 1 << 20

var errLongLine = errors.New("line is longer than 1 MiB")

// readLine returns the next line without its end. [errLongLine] stands for one
// that is longer than maxLine, which was passed over. A last line may lack its
// end.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		if len(line)+len(part) > maxLine {
			return nil, skipLine(r, err)
		}
		line = append(line, part...)
		switch {
		case err == nil:
			return line[:len(line)-1], nil
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// skipLine reads on to the end of a line. What has been read of it ended with
// err.
func skipLine(r *bufio.Reader, err error) error {
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	if err == nil || errors.Is(err, io.EOF) {
		return errLongLine
	}
	return err
}

// decode reads the message of a line. The error is in words of our own: those of
// the decoder quote what they are about.
func decode(line []byte) (jsonrpc.Message, *jsonrpc.Error) {
	refused := func(code int64, why string) (jsonrpc.Message, *jsonrpc.Error) {
		return nil, &jsonrpc.Error{Code: code, Message: why}
	}
	switch {
	case !utf8.Valid(line):
		return refused(jsonrpc.CodeParseError, "the line is not UTF-8")
	case !json.Valid(line):
		return refused(jsonrpc.CodeParseError, "the line is not JSON; send one message a line")
	case line[0] == '[':
		return refused(jsonrpc.CodeInvalidRequest, "batches are not supported; send one message a line")
	}
	message, err := jsonrpc.DecodeMessage(line)
	if err != nil {
		return refused(jsonrpc.CodeInvalidRequest, "the line is not a message of JSON-RPC 2.0")
	}
	return message, nil
}
