using Gateway.DataPlane.Tests.Config;

namespace Gateway.DataPlane.Tests;

/// <summary>The test assembly as a process of its own: what a test kills must not be the test.</summary>
public static class Program
{
    public static void Main(string[] args)
    {
        if (args is [var command, var folder])
        {
            CrashTests.Run(command, folder);
        }
    }
}
