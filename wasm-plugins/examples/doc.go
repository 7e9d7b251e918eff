// Package examples embeds one small plugin in four languages: what new plugins
// are made of.
//
// The plugin finds decisions that are said as such ("Decision: ...", "决定：...")
// and is the same in every language: a test of engine/authoring builds them all
// and compares what they find. The folder include holds the contract between host
// and plugin in one file for each language but Go, which has sdk; shared holds
// what the folders of all languages have.
package examples
