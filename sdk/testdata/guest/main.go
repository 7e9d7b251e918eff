// Command guest is the plugin questions as a module.
package main

import (
	"github.com/smallccwc/chronosync/sdk"
	"github.com/smallccwc/chronosync/sdk/testdata/questions"
)

func init() { sdk.Register(questions.Plugin{}) }

func main() {}
