using Gateway.Sync.Mtls;

namespace Gateway.Sync.Tests;

public class CertificateExpiryTests
{
    private static readonly DateTimeOffset _end = new(2030, 1, 31, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Certificate_NearingItsEnd_IsDueOnceForEachBound()
    {
        var expiry = new CertificateExpiry();
        double[] days = [40, 30.5, 30, 29, 8, 7, 6, 2, 1, 0.5, 0, -1, -100];
        days.Where(d => expiry.IsDue("node", _end, _end.AddDays(-d))).ShouldBe([30, 7, 1, 0]);
    }

    [Fact]
    public void Certificate_Replaced_IsJudgedByItself()
    {
        var expiry = new CertificateExpiry();
        expiry.IsDue("node", _end, _end.AddDays(-5)).ShouldBeTrue();
        expiry.IsDue("other", _end, _end.AddDays(-5)).ShouldBeTrue();
        expiry.IsDue("node", _end.AddDays(1), _end.AddDays(-5)).ShouldBeTrue();
        expiry.IsDue("node", _end.AddDays(1), _end.AddDays(-5)).ShouldBeFalse();
        expiry.IsDue("node", _end.AddDays(400), _end.AddDays(-5)).ShouldBeFalse();
    }
}
