using System.Security.Cryptography.X509Certificates;

namespace Gateway.Kong.Tests.Commands;

public sealed class HybridCommandTests : IDisposable
{
    private readonly TestCommand _command = new();

    [Fact]
    public async Task GenCert_IntoNewFiles_WritesThePairOfACluster()
    {
        var (certificatePath, keyPath) = (_command.PathOf("c.crt"), _command.PathOf("c.key"));

        var (code, output, error) = await _command.RunAsync("hybrid", "gen_cert", certificatePath, keyPath);

        (code, error).ShouldBe((0, ""));
        output.ShouldBe($"Successfully generated certificate/key pairs, they have been written to: '{certificatePath}' and '{keyPath}'.\n");
        using var certificate = X509Certificate2.CreateFromPemFile(certificatePath, keyPath);
        certificate.Subject.ShouldBe("CN=kong_clustering");
        certificate.Issuer.ShouldBe("CN=kong_clustering");
        certificate.Extensions.Count.ShouldBe(0);
        (certificate.NotAfter - certificate.NotBefore).ShouldBe(TimeSpan.FromDays(1095));
        using var key = certificate.GetECDsaPrivateKey();
        key!.ExportParameters(false).Curve.Oid.Value.ShouldBe("1.3.132.0.34"); // secp384r1
        File.GetUnixFileMode(certificatePath).ShouldBe(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.GetUnixFileMode(keyPath).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task GenCert_WithDays_IsValidThatLong()
    {
        (await _command.RunAsync("hybrid", "gen_cert", "-d", "10", _command.PathOf("c.crt"), _command.PathOf("c.key"))).ExitCode.ShouldBe(0);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(_command.PathOf("c.crt"));
        (certificate.NotAfter - certificate.NotBefore).ShouldBe(TimeSpan.FromDays(10));
    }

    [Fact]
    public async Task GenCert_OverAnExistingFile_RefusesAndTouchesNothing()
    {
        var key = _command.Write("c.key", "precious");
        var (code, _, error) = await _command.RunAsync("hybrid", "gen_cert", _command.PathOf("c.crt"), key);
        code.ShouldBe(1);
        error.ShouldBe($"Error: {key} already exists.\nWill not overwrite it.\n\n  Run with --v (verbose) or --vv (debug) for more details\n");
        File.ReadAllText(key).ShouldBe("precious");
        File.Exists(_command.PathOf("c.crt")).ShouldBeFalse();
    }

    [Fact]
    public async Task GenCert_WithOnePath_IsRefused()
    {
        var (code, _, error) = await _command.RunAsync("hybrid", "gen_cert", _command.PathOf("c.crt"));
        code.ShouldBe(1);
        error.ShouldStartWith("Error: both cert and key path needs to be provided\n");
    }

    [Theory]
    [InlineData("planes must be between 1 and 10000", "--planes", "0")]
    [InlineData("changes must be between 0 and 100000", "--changes", "-1")]
    [InlineData("the cluster's certificate cannot be read: ", "--cert", "/nowhere/c.crt")]
    public async Task Simulate_WithWhatCannotBe_SaysSo(string complaint, params string[] arguments)
    {
        var (code, _, error) = await _command.RunAsync(["hybrid", "simulate", .. arguments]);
        code.ShouldBe(1);
        error.ShouldStartWith($"Error: {complaint}");
    }

    public void Dispose() => _command.Dispose();
}
