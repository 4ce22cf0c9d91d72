using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class KnownDevicesTests
{
    [Fact]
    public void WidensFirstAndLastSeen_WhenADeviceComesBack()
    {
        var devices = KnownDevices.Empty.See("phone", Noon).See("phone", Noon.AddDays(1)).See("phone", Noon.AddDays(-1));
        var phone = Assert.Single(devices.Items);
        Assert.Equal((Noon.AddDays(-1), Noon.AddDays(1)), (phone.FirstSeen, phone.LastSeen));
    }

    [Fact]
    public void DropsTheLeastRecentlySeen_WhenFull()
    {
        var devices = KnownDevices.Empty.See("oldest", Noon);
        for (var number = 0; number < KnownDevices.Capacity; number++)
            devices = devices.See(Id(number), Noon.AddMinutes(number + 1));
        Assert.False(devices.Contains("oldest"));
        Assert.Equal(KnownDevices.Capacity, devices.Items.Length);
    }

    [Fact]
    public void KeepsADevice_WhenItWasSeenAgain()
    {
        var devices = KnownDevices.Empty.See("first", Noon).See("second", Noon.AddSeconds(1)).See("first", Noon.AddDays(1));
        for (var number = 0; number < KnownDevices.Capacity - 1; number++)
            devices = devices.See(Id(number), Noon.AddMinutes(number + 1));
        Assert.True(devices.Contains("first"));
        Assert.False(devices.Contains("second"));
    }

    [Fact]
    public void StoresAFingerprint_WhenTheIdIsLong()
    {
        var longId = new string('é', 21);
        var devices = KnownDevices.Empty.See(longId, Noon);
        Assert.True(devices.Contains(longId));
        Assert.Matches("^x-[0-9a-f]{32}$", devices.Items[0].Id);
        Assert.Equal(new string('é', 20), KnownDevices.StoredId(new string('é', 20)));
    }
}
