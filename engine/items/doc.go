// Package items turns what plugins found into decisions, todos and their files, and reads people's edits back.
//
// [Fold] joins the items of an archive with what people said about them into a
// [Board]. The rules:
//
//   - a todo is open until a later message of its session or a person says
//     otherwise; of the two the later one counts. An item with Resolves closes
//     the todo of the same plugin and session that has this key, and is shown
//     with it; without one it is a report of its own;
//   - what is only a suggestion never closes what is certain, and what other people
//     say or comes from outside never overrules a person. Both are shown as
//     "possibly done", and so is a certain report of another session that has most
//     words in common with exactly one open todo;
//   - a person who says anything but "cancelled" about a suggestion takes it for
//     real: it moves to the main tier;
//   - of open todos with the same words, unless they are due at different times,
//     one is shown, with the sources of all; the others name it in SameAs, and a
//     person who closes it closes them.
//
// [Board.DecisionFiles] and [Board.TodoFiles] render the files, [ReadBack] reads
// todos.md again, [Export] writes todos for other programs.
//
// # Files
//
// An item in Markdown is a line with its title and its id, and lines below it:
//
//   - [ ] 给王姐发报价单 (截止 2026-03-16,已逾期) <!-- ss:aboa2kt7me -->
//   - 时间:2026-03-14 12:11 · 渠道:telegram · 出自:主人 · 会话键:… · 查看:`session-sync show 3f2a9c1b:17`
//   - 原话:…                      unless it is the title
//   - 可能已完成:… or 结束:…         the report, or the person's word
//
// A box is ticked for done, a title struck through for cancelled. In the files of
// decisions the kind stands in place of the box. White space in foreign texts
// becomes single spaces, long ones are cut with "…", and they are escaped as
// [plaintext.AppendEscaped] says, so that they can't be links, ids, boxes,
// strikes, code that swallows what follows, or facts of ours.
//
// todos/todos.json is {"schema_version":1,"omitted":n,"todos":[…]}, open ones
// first, each newest first; decisions/index.json is {"schema_version":1,"months":
// [{"month","file","count","omitted"}],"items":[…]}, newest first, at most 1,000.
// An item is {"id","kind","title","body"?,"tier","score","tags"?,"plugin","agent",
// "session_key","message_id","timestamp"?,"channel"?,"sender"?,"origin",
// "evidence","status"?,"verdict"?:{"status","at"}}; "status" of a decision is
// there when it is confirmed or cancelled. A todo adds "owner"?, "due"?,
// "closed_at"?, "same_as"?, and the reports "closed_by"? and
// "possibly_closed_by"?: {"id"} and the members from "agent" to "evidence".
//
// The package promises that the same input gives the same bytes in any order of
// the items; that no file is larger than 256 KiB, and says what it leaves out;
// that only the open, overdue and lately closed lists of todos.md depend on the
// day; and that what a person wrote into todos.md comes back as notes.
//
// It refuses to open files, to redact (the notes of [ReadBack] are as a person
// wrote them), and to know kinds of items that are neither todos nor decisions,
// knowledge and preferences.
package items
