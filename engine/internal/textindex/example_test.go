package textindex_test

import (
	"fmt"

	"github.com/smallccwc/chronosync/engine/internal/textindex"
)

func Example() {
	texts := map[int64]string{
		1: "我们决定把数据库部署到新的服务器",
		2: "the database was deployed, see deploy_log",
		3: "数据已经备份，库存也对上了",
	}
	b := textindex.NewBuilder()
	for id, text := range texts {
		b.Add(textindex.Doc{ID: id, Time: 1000 * id}, text)
	}
	parts := b.Segment() // the caller keeps them

	s, err := textindex.Open(func(part int) ([]byte, error) { return parts[part], nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, asked := range []string{"deploy", "数据库"} {
		q, err := textindex.Parse(asked)
		if err != nil {
			fmt.Println(err)
			return
		}
		hits, err := textindex.Find([]*textindex.Segment{s}, q)
		if err != nil {
			fmt.Println(err)
			return
		}
		best, _ := hits.Select(nil, nil, 10)
		for _, h := range best {
			if q.Certain() || q.Match(texts[h.ID]) {
				fmt.Println(asked, h.ID, q.Marks(texts[h.ID], 10))
			}
		}
	}
	// Output:
	// deploy 2 [[17 23] [31 37]]
	// 数据库 1 [[15 24]]
}
