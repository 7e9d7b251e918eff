// Command train makes the weights of the built-in plugins.
//
// It reads the labelled conversations of -data, measures what it makes on
// conversations that the models did not see, writes the model file that package
// extract embeds and the report beside this program. The same data gives the
// same bytes: seeds are fixed and every sum is taken in one order.
//
// The linear model comes first; it learns from the features that more than one
// conversation has. The trees are fitted to what linear models say of conversations
// they did not see, so that they learn how far to trust them. The gate comes last:
// it is fitted to what both find. Beside the labelled data all of them see, with
// less weight, how sessions begin that go on with an older talk: copies of
// conversations cut before a later message, and made-up plain statements
// (plain.txt); and made-up work talk without items (quiet.txt), of which the data
// has none. Figures and limits are read from the labelled conversations only.
//
// It refuses nothing but data it can't read; without the data it says so and
// leaves everything as it is.
package main
