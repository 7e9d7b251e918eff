// Package json5 reads the JSON5 that people write settings in.
//
// [Decode] accepts all of JSON5 1.0 (https://spec.json5.org) and with it all
// of JSON: comments, trailing commas, unquoted keys, single quotes, line
// continuations, hexadecimal numbers, signs, leading and trailing points,
// Infinity, NaN and a byte order mark. JSON decodes to the values that
// encoding/json gives: broken UTF-8 and lone surrogates in strings become
// U+FFFD, and of equal keys the last one wins. Numbers beyond the range of a
// float64 become infinite, as JSON5 has it.
//
// It refuses containers nested more than 1,000 deep. The size of the text is
// for the caller to bound. Errors name line and column and never quote the
// text, which may hold secrets.
package json5
