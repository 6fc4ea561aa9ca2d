package analysis

// Counts is what any engine must give; the Report is made from it. All numbers
// are exact.
type Counts struct {
	Rows       int64  // accepted rows, duplicates included
	Duplicates int64  // Rows less distinct rows
	Persons    int64  // distinct persons
	Period     Period // of all accepted rows
	// Groups by level, each sorted by Path in code-point order; nil where the
	// role is not mapped.
	Orgs, Sites, Devices []Group
	Repeats              []Repeat // ascending by Times
	// Tiers are the distinct rows by their highest tier: C, B, A. Of equal rows
	// the highest counts.
	Tiers [3]int64
}

// Period is the first and last time among some rows, in seconds since 1970
// (UTC). Rows without a time are left out; where none has one, Known is false.
type Period struct {
	From, To int64
	Known    bool
}

// Group is one company, one shop of a company, or one device of a shop.
type Group struct {
	// Path names it from the top, by the mapped ones of org, site and device: a
	// site is named within its org, a device within its site.
	Path    []string
	Rows    int64 // duplicates included
	Persons int64 // distinct
	Sites   int64 // of an org: its distinct sites, where they are mapped
	Devices int64 // of an org or a site: its distinct devices, where they are mapped
	Period  Period
}

// Repeat says how many persons have exactly Times rows after duplicates are
// removed.
type Repeat struct {
	Times   int64 `json:"times"`
	Persons int64 `json:"persons"`
}
