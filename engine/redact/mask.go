package redact

// Mask returns what puts placeholders into an error text or a hint, by the
// built-in rules. Such texts can quote what was typed or set, and schedulers
// keep them. To make the rules takes some 3 ms, so it is for what failed.
func Mask() func(text string) string {
	rules := BuiltIn()
	return func(text string) string {
		masked, _ := rules.Redact(text)
		return masked
	}
}
