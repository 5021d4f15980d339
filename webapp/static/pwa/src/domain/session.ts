/** Who works on this phone, and what the office says of the account. */

export interface PasswordNotice {
  at: string;
  /** A name, or null for whoever runs the server. */
  by: string | null;
}

export interface NewPhone {
  device_kid: string;
  name: string;
  enrolled_at: string;
}

export interface Worker {
  id: string;
  name: string;
  role: string;
  area: string;
}

export interface EnrolForm {
  username: string;
  password: string;
  otp?: string;
  /** What the office's list of devices calls this phone. */
  name: string;
}
