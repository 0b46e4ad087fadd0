package verdict

import (
	"fmt"
	"strings"

	"labo/lessons/check"
	"labo/lessons/text"
)

// Feedback returns what a student reads of a judgement once it is over: of each
// level first what failed, then what was passed, and at the end, folded, what could
// not be verified.
func (v View) Feedback(r *check.Report) []string {
	lines := v.Head(*r)
	for _, level := range []check.Level{check.Sheet, check.Challenge} {
		var failed, passed []string
		for i := range r.Results {
			switch res := r.Results[i]; {
			case res.Level != level:
			case res.Verdict == check.Failed:
				failed = append(failed, v.Result(res, Name(r))...)
			case res.Verdict == check.Passed:
				passed = append(passed, v.Result(res, Name(r))...)
			}
		}
		if len(failed)+len(passed) > 0 {
			lines = append(append(append(lines, v.Level(level)...), failed...), passed...)
		}
	}
	return append(lines, v.unverified(r)...)
}

// unverified says what could not be verified, once for each reason.
func (v View) unverified(r *check.Report) (lines []string) {
	var reasons []string
	ids := map[string][]string{}
	for i := range r.Results {
		if res := &r.Results[i]; res.Verdict == check.NotChecked {
			if ids[res.Cause] == nil {
				reasons = append(reasons, res.Cause)
			}
			ids[res.Cause] = append(ids[res.Cause], res.ID)
		}
	}
	for _, why := range reasons {
		could := "n'a pas pu être vérifié"
		if len(ids[why]) > 1 {
			could = "n'ont pas pu être vérifiés"
		}
		lines = append(lines, "")
		lines = append(lines, v.wrap(margin, fmt.Sprintf("– %s %s, %s : %s.",
			text.Plural(len(ids[why]), "point"), could, because(why), strings.Join(ids[why], ", ")))...)
	}
	return lines
}

// because puts a reason after "parce que".
func because(why string) string {
	if strings.ContainsAny(text.Fold(why[:min(len(why), 1)]), "aeiou") {
		return "parce qu'" + why
	}
	return "parce que " + why
}
