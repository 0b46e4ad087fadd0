package pace

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestATimerRingsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		over, stop := After(time.Second)
		<-over
		if took := time.Since(start); took != time.Second {
			t.Errorf("rang after %s", took)
		}
		time.Sleep(time.Minute) // closing it twice would panic
		stop()                  // after the end: no fault
	})
}

func TestAStoppedTimerStaysSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timer := AfterFunc(time.Second, func() { t.Error("it rang") })
		time.Sleep(500 * time.Millisecond)
		timer.Stop()
		timer.Stop()
		time.Sleep(time.Minute)
	})
}

// A step that took long counts for Most and no more.
func TestTimeInWhichNothingRanDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rang := false
		timer := AfterFunc(time.Second, func() { rang = true })
		defer timer.Stop()
		timer.mu.Lock()
		timer.at = timer.at.Add(-time.Hour) // held up
		timer.mu.Unlock()
		time.Sleep(Step)
		synctest.Wait()
		timer.mu.Lock()
		left := timer.left
		timer.mu.Unlock()
		if left != time.Second-Most {
			t.Errorf("%s left after an hour in one step", left)
		}
		time.Sleep(time.Second - Most)
		synctest.Wait()
		if !rang {
			t.Error("it did not ring")
		}
	})
}

func TestWithTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		<-ctx.Done()
		if took := time.Since(start); took != time.Second || !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			t.Errorf("over after %s: %v", took, context.Cause(ctx))
		}
		ctx, cancel = WithTimeout(t.Context(), time.Hour)
		cancel()
		if !errors.Is(context.Cause(ctx), context.Canceled) {
			t.Errorf("cancelled: %v", context.Cause(ctx))
		}
	})
}
