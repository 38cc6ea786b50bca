"""SHEP (ШЭП), the data bus: SyncChannel v10 and AsyncChannel v10, written and read by a codec of ours on lxml."""
