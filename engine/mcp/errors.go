package mcp

import (
	"errors"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	protocol "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/smallccwc/chronosync/engine/query"
)

// Failure is what a tool answers when it can't do what it was asked.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint"`
}

var (
	// errNoAsker refuses to answer nobody in particular where a group might read
	// what others said in private.
	errNoAsker = errors.New("groups are archived here, and it is not told which session asks")
	// errUnknownAsker says nothing of the sessions there are.
	errUnknownAsker = errors.New("no archived session has the key that for names")
	errCrash        = errors.New("internal error")
	errTooMuch      = errors.New("the answer does not fit into 64 KiB")
)

// argumentError is a wrong argument. It quotes nothing of it.
type argumentError struct{ problem string }

func (e argumentError) Error() string { return e.problem }

// explain is what the client gets to know of an error. What is no matter of
// questions, others explain.
func explain(err error, others func(error) Failure) Failure {
	var wrong argumentError
	var ambiguous *query.AmbiguousError
	tell := func(code, hint string) Failure { return Failure{code, err.Error(), hint} }
	switch {
	case errors.As(err, &wrong), errors.Is(err, query.ErrRequest):
		return tell("usage", "the input schema of the tool says what it takes")
	case errors.Is(err, errNoAsker):
		return tell("for-required", "give for: the key of the session you answer in, such as agent:main:main; OpenClaw's tool session_status with sessionKey current tells it")
	case errors.Is(err, errUnknownAsker):
		return tell("query", "for takes the key of the session you answer in, which OpenClaw's tool session_status with sessionKey current tells; it is known here after its first sync")
	case errors.Is(err, query.ErrUnknownSession):
		return Failure{"query", "no session or message that you may see has this key or id", "last and search give the keys and ids there are"}
	case errors.As(err, &ambiguous):
		return tell("query", "last and search give the keys and ids there are")
	case errors.Is(err, errTooMuch):
		return tell("too-large", "ask for less: a smaller limit, one session, one channel or less time")
	case errors.Is(err, errCrash):
		return tell("internal", "this is a defect of session-sync; please report which tool you called")
	}
	return others(err)
}

// maxData bounds what an error of the protocol has beside its words.
const maxData = 1 << 10

// protocolError is an error of the protocol in words of our own: those of the
// SDK quote what was sent, and names of Go's.
func protocolError(err error) error {
	if err == nil {
		return nil
	}
	told := jsonrpc.Error{Code: jsonrpc.CodeInvalidRequest}
	if known := (*jsonrpc.Error)(nil); errors.As(err, &known) {
		told.Code, told.Message, told.Data = known.Code, "the request was refused", known.Data
	}
	switch told.Code {
	case jsonrpc.CodeInvalidRequest:
		told.Message = "invalid request; a session begins with initialize"
	case jsonrpc.CodeMethodNotFound:
		told.Message = "no such method; this server has tools and nothing else"
	case jsonrpc.CodeInvalidParams:
		told.Message = "invalid parameters; tools/list names the tools and what they take"
	case jsonrpc.CodeInternalError:
		told.Message = "internal error"
	case protocol.CodeUnsupportedProtocolVersion:
		told.Message = "unsupported protocol version"
	}
	// Beside its words an error has the protocol versions there are, and the one
	// that was asked for.
	if told.Code != protocol.CodeUnsupportedProtocolVersion || len(told.Data) > maxData {
		told.Data = nil
	}
	return &told
}
