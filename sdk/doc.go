// Package sdk is what plugin authors import.
//
// A plugin is a [Plugin] and one line that registers it:
//
//	type questions struct{}
//
//	func (questions) Manifest() sdk.Manifest {
//		return sdk.Manifest{Name: "questions", Version: "1"}
//	}
//
//	func (questions) OnSync(ctx *sdk.Context, batch sdk.Batch) error {
//		for _, m := range batch.Messages {
//			for s := range sdk.Sentences(m.Text) {
//				if strings.HasSuffix(s.Text, "?") || strings.HasSuffix(s.Text, "？") {
//					ctx.Emit(sdk.Item{
//						Key: m.ID + ":" + strconv.Itoa(s.Start), Kind: "question",
//						MessageID: m.ID, Evidence: s.Text, Title: s.Text, Score: 50,
//					})
//				}
//			}
//		}
//		return nil
//	}
//
//	func init() { sdk.Register(questions{}) }
//
//	func main() {}
//
// Build it with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -trimpath -buildvcs=false -ldflags="-s -w -buildid=" -o questions.wasm
//
// and test it on your own machine, with plain go test, by [Run].
//
// The package promises that Run shows a plugin what a host would show it, and
// refuses what a host would refuse. It uses the standard library only, and not
// encoding/json or fmt, which would make every plugin a megabyte larger. It
// gives a plugin nothing but the messages: files, network, environment and the
// real clock are not there. ABI.md is the contract below it, for authors who use
// another language.
package sdk
