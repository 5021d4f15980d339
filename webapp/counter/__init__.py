"""Who comes to the office: certified at the desk, by a browser that is enrolled as a device."""
