using Confluent.Kafka;
using OrleansStream.Streams.Kafka.Health;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Kafka;

/// <summary>What Kafka's errors mean to whoever called.</summary>
internal static class KafkaErrors
{
    /// <summary>True when the same request may succeed in a moment, without anybody doing anything.</summary>
    public static bool IsTransient(Error error) => error.Code is
        ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_WaitCoord
        or ErrorCode.Local_Retry or ErrorCode.RequestTimedOut or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.BrokerNotAvailable
        or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupLoadInProgress or ErrorCode.NetworkException
        or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch
        or ErrorCode.OffsetNotAvailable or ErrorCode.NotController or ErrorCode.UnstableOffsetCommit or ErrorCode.ReplicaNotAvailable or ErrorCode.KafkaStorageError;

    /// <summary>What became of a record that was not acknowledged.</summary>
    public static Exception OfAppend(Error error, string topic, KafkaHealth health) => error.Code switch
    {
        ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize =>
            new ArgumentException($"The record is larger than topic '{topic}' takes ({error.Reason}): raise the topic's max.message.bytes, or lower {KafkaLogOptions.Section}:{nameof(KafkaLogOptions.MaxRecordBytes)}."),
        ErrorCode.Local_MsgTimedOut => new LogUnavailableException($"Records for '{topic}' were not acknowledged in time. {health.Reason(error.Reason)} Send them again with the same ids."),
        ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight => new LogUnavailableException($"Records for '{topic}' were given up. {health.Reason(error.Reason)} Send them again with the same ids."),
        _ => new LogUnavailableException($"Records for '{topic}' were not taken. {KafkaHealth.Describe(error)} Send them again with the same ids."),
    };
}
