// Package config reads the settings file and applies flag and environment overrides.
//
// The file is YAML. [Load] is strict: an unknown key, a key given twice, a
// value of the wrong type or out of range is an [*Error] that names file, line
// and key and says what would be right. Errors show short values only, because
// a secret may have been pasted into the wrong line. Aliases, several documents
// and files beyond 1 MiB are refused. A missing file is an empty one.
//
// [File.Resolve] settles what holds: flags over environment over file over
// default, and where each value comes from. The environment is a function that
// the caller passes in; blank, "undefined" and "null" variables count as not
// set, as in OpenClaw. Values of the variables that redact.known_values_from_env
// names are secrets: [Config.KnownValues] alone gives them, no error, [Value] or
// marshaled form holds one. A variable without a usable value is no error of
// Resolve, because much can be done without it: see [Config.CheckKnown].
//
// Whether a rule of the user's compiles is for others to find out; [File.Wrong]
// then says where it stands.
//
// The template of the file ([Template]) documents every key.
package config
